const en = {
  askCancel: (orderId: string) => `Do you really want to cancel order ${orderId}?`,
  cancelled: (orderId: string) => `Order ${orderId} is cancelled.`,
  kept: (orderId: string) => `All right, order ${orderId} stays as it is.`,
  tooLate: {
    processing: (orderId: string) => `Order ${orderId} cannot be cancelled at the moment.`,
    shipped: (orderId: string) => `Order ${orderId} is already on its way and cannot be cancelled.`,
    delivered: (orderId: string) => `Order ${orderId} was already delivered and cannot be cancelled.`,
    cancelled: (orderId: string) => `Order ${orderId} is already cancelled.`,
  },
};

const de: typeof en = {
  askCancel: (orderId) => `Möchten Sie die Bestellung ${orderId} wirklich stornieren?`,
  cancelled: (orderId) => `Die Bestellung ${orderId} ist storniert.`,
  kept: (orderId) => `In Ordnung, die Bestellung ${orderId} bleibt, wie sie ist.`,
  tooLate: {
    processing: (orderId) => `Die Bestellung ${orderId} kann im Moment nicht storniert werden.`,
    shipped: (orderId) =>
      `Die Bestellung ${orderId} ist schon unterwegs und kann nicht mehr storniert werden.`,
    delivered: (orderId) =>
      `Die Bestellung ${orderId} wurde schon zugestellt und kann nicht mehr storniert werden.`,
    cancelled: (orderId) => `Die Bestellung ${orderId} ist schon storniert.`,
  },
};

/** The texts of the dialog `cancelOrder`. */
export const texts = { en, de };
