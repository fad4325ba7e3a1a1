// Written by `npm run cards -- types`: run it again after a change of a template.

/** The fields of every card template, by its address. */
interface GenesysCardTemplates {
  /** Contact support: How and when to reach a person. */
  'contact-support-v1': {
    topic?: string | undefined;
    hours: string;
    phone?: string | undefined;
  };
  /** Help: What the bot can do, with a quick reply for each. */
  'help-v1': Record<string, never>;
  /** Order confirmation: Says that an order was taken, with the actions that the shop offers for it. */
  'order-confirmation-v2': {
    title: string;
    description: string;
    actions?: readonly {
      label: string;
      type: "postback" | "webchat" | "openUrl";
      value: string;
    }[] | undefined;
  };
  /** Order confirmation: Says that an order was taken: its number, its lines and its total. */
  'order-confirmation-v3': {
    orderId: string;
    placedOn: string;
    expectedOn?: string | undefined;
    itemCount: number;
    total: number;
    currency: string;
    lines?: readonly {
      name: string;
      quantity: number;
      amount: number;
    }[] | undefined;
    furtherLines?: number | undefined;
  };
  /** Order status: Where an order is, what it cost, and what the customer can do now. */
  'order-status-v1': {
    orderId: string;
    status: "processing" | "shipped" | "delivered" | "cancelled";
    itemCount: number;
    total: number;
    currency: string;
    placedOn: string;
    expectedOn?: string | undefined;
    carrier?: string | undefined;
    trackingUrl?: string | undefined;
  };
  /** Order status: Where an order is, with a picture of it, what it cost, and what the customer can do now. */
  'order-status-v2': {
    orderId: string;
    status: "processing" | "shipped" | "delivered" | "cancelled";
    itemCount: number;
    total: number;
    currency: string;
    placedOn: string;
    expectedOn?: string | undefined;
    carrier?: string | undefined;
    trackingUrl?: string | undefined;
    pictureUrl?: string | undefined;
  };
  /** Product offers: A carousel of products, each with its price and a button to choose it. */
  'product-offers-v1': {
    products: readonly {
      sku: string;
      name: string;
      description?: string | undefined;
      price: number;
      currency: string;
      imageUrl?: string | undefined;
      url?: string | undefined;
    }[];
  };
  /** Product offers: A carousel of products, each with its price and a button that names it. */
  'product-offers-v2': {
    products: readonly {
      sku: string;
      name: string;
      buttonName?: string | undefined;
      description?: string | undefined;
      price: number;
      currency: string;
      imageUrl?: string | undefined;
      url?: string | undefined;
    }[];
  };
}
