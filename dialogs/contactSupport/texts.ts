const en = {
  hours: 'Monday to Friday, 8:00 to 18:00',
  aboutOrder: (orderId: string) => `Order ${orderId}`,
};

const de: typeof en = {
  hours: 'Montag bis Freitag, 8 bis 18 Uhr',
  aboutOrder: (orderId) => `Bestellung ${orderId}`,
};

/** The texts of the dialog `contactSupport`. */
export const texts = { en, de };
