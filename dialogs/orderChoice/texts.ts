const en = {
  askWhatToDo: (orderId: string) => `Order ${orderId}: what would you like to do?`,
  showStatus: 'Where is it?',
  showConfirmation: 'Show the confirmation',
  cancelOrder: 'Cancel the order',
  contactSupport: 'Contact Support',
};

const de: typeof en = {
  askWhatToDo: (orderId) => `Bestellung ${orderId}: Was möchten Sie tun?`,
  showStatus: 'Wo ist sie?',
  showConfirmation: 'Bestätigung zeigen',
  cancelOrder: 'Bestellung stornieren',
  contactSupport: 'Support kontaktieren',
};

/** The texts of the dialog `orderChoice`. */
export const texts = { en, de };
