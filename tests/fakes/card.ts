import type { Component } from '../../cards/card.ts';

/** A card as JSON: the document's order confirmation, or other components. */
export function card(components?: unknown, parts: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    messageId: '2f1c6f0e-8f0e-4a55-9f39-0b6a4b6d8f11',
    templateMatrix: {
      templateId: 'order-confirmation-v2',
      layoutEngine: 'flexbox',
      version: '2.1',
      fallbackBehavior: 'textOnly',
    },
    dynamicFields: { title: 'Order Confirmation' },
    components: components ?? confirmation,
    ...parts,
  };
}

const confirmation: Component[] = [
  { type: 'header', text: 'Order Confirmation', style: 'bold' },
  { type: 'body', text: 'Your order has been processed successfully.', markdown: true },
  {
    type: 'buttonGroup',
    buttons: [
      { label: 'Track Order', action: 'postback', payload: 'track:12345', style: 'primary' },
      { label: 'Contact Support', action: 'webchat', payload: 'support', style: 'primary' },
    ],
  },
];

/** Fields of `order-status-v1`: an order that arrived. */
export const deliveredOrder = {
  orderId: '12345',
  status: 'delivered' as const,
  itemCount: 1,
  total: 10,
  currency: 'EUR',
  placedOn: '2026-11-20',
};
