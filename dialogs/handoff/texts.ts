const en = {
  handoff: 'I am getting a person for you. Please stay in this chat.',
};

const de: typeof en = {
  handoff: 'Ich hole einen Menschen für Sie. Bitte bleiben Sie in diesem Chat.',
};

/** The texts of the dialog `handoff`. */
export const texts = { en, de };
