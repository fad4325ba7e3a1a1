import { card, type TestSandbox } from '../sandbox/client.ts';
import type { Answer, Received } from '../sandbox/fakeBot.ts';

/** An order's card with facts and every kind of button. */
export const orderCard = () =>
  card({
    templateMatrix: {
      templateId: 'order-status-v1',
      layoutEngine: 'flexbox',
      version: '1.0',
      fallbackBehavior: 'textOnly',
    },
    components: [
      { type: 'header', text: 'Order 12345', style: 'large' },
      { type: 'body', text: 'Your order is **on its way** and arrives _Friday_.', markdown: true },
      {
        type: 'facts',
        items: [
          { label: 'Status', value: 'Shipped' },
          { label: 'Items', value: '2' },
          { label: 'Total', value: '€64.90' },
        ],
      },
      { type: 'divider' },
      {
        type: 'buttonGroup',
        buttons: [
          {
            label: 'Track',
            action: 'openUrl',
            payload: 'https://shop.example.com/track/12345',
            style: 'primary',
          },
          { label: 'Cancel order', action: 'postback', payload: 'order.cancel:12345', style: 'danger' },
          { label: 'Talk to somebody', action: 'webchat', payload: 'support', style: 'default' },
        ],
      },
    ],
  });

const offer = (name: string, price: string, sku: string) => ({
  components: [
    { type: 'image', url: `https://pictures.invalid/${sku}.jpg`, altText: name },
    { type: 'header', text: name, style: 'bold' },
    { type: 'body', text: `From **${price}**, ready to ship.`, markdown: true },
    {
      type: 'buttonGroup',
      buttons: [{ label: 'Choose', action: 'postback', payload: `product.choose:${sku}`, style: 'primary' }],
    },
  ],
});

/** A carousel of three offers, a heading and quick replies. */
export const offersCard = () =>
  card({
    components: [
      { type: 'header', text: 'Picked for you', style: 'bold' },
      {
        type: 'carousel',
        cards: [
          offer('Trail shoe', '€89', 'trail'),
          offer('Rain jacket', '€129', 'rain'),
          offer('Day pack', '€59', 'pack'),
        ],
      },
      {
        type: 'quickReplies',
        replies: [
          { label: 'My orders', payload: 'menu:orders' },
          { label: 'Help', payload: 'help' },
        ],
      },
    ],
  });

/** One turn of a bot: an order card, a carousel, a broken card for `bad`, or an echo with a quick reply. */
export function messengerTurn(sandbox: TestSandbox, token: string): (request: Received) => Promise<Answer> {
  return async ({ body }) => {
    const conversationId = body.conversation.id;
    const say = (text: string, more: object) =>
      sandbox.call('POST', `/v3/conversations/${conversationId}/activities/${body.id}`, {
        type: 'message',
        text,
        ...more,
      });
    const brokenCard = () => card({ components: [{ type: 'image', url: 'http://x.example/', altText: '' }] });
    const again = { type: 'imBack', title: 'Where is my order 12345?', value: 'where is my order' };
    const words: string = body.text;
    if (words.includes('my order')) await sandbox.postCard(conversationId, orderCard(), token);
    else if (words.includes('offers')) await sandbox.postCard(conversationId, offersCard(), token);
    else if (words.includes('bad')) await sandbox.postCard(conversationId, brokenCard(), token);
    else await say(`You said ${words}.`, { suggestedActions: { actions: [again] } });
    return {};
  };
}
