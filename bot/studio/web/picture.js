import { Messages } from '/web/messages.js';
import { Component, html } from '/web/parts.js';
import { AdaptiveCard } from './adaptive.js';

/** What a card looks like for each receiver. */
export const views = [
  { id: 'guest', name: 'Guest API', from: 'guest' },
  { id: 'v1', name: 'Bot Connector v1', from: 'genesys' },
  { id: 'v2', name: 'Bot Connector v2', from: 'genesys' },
  { id: 'adaptive', name: 'Adaptive Card', from: 'adaptive' },
  { id: 'text', name: 'Plain text', from: 'text' },
];

const at = { channel: { time: '2026-01-01T12:00:00Z' }, direction: 'Outbound' };
const messagesOf = {
  guest: ({ card }, id) => ({ ...at, id, guestCard: card }),
  genesys: (message, id) => ({ ...at, id, ...message }),
  text: (text, id) => ({ ...at, id, type: 'Text', text }),
};

const Adaptive = ({ messages, isDark, onClick }) =>
  messages.map(
    ({ layout, cards }) =>
      html`<div class="adaptive-${layout}">
        ${cards.map((card) => html`<${AdaptiveCard} card=${card} isDark=${isDark} onClick=${onClick} />`)}
      </div>`,
  );

/** One view of the card. Nothing that is clicked is sent or opened: the page says what would happen. */
export class Picture extends Component {
  tell = (clicked) => this.setState({ clicked, on: this.props.preview });

  /** Links are not followed: the author would come back to other cards. */
  stay = (event) => {
    const link = event.target.closest('a');
    if (!link) return;
    event.preventDefault();
    this.tell(`A click opens ${link.href}`);
  };

  render({ view: { id, name, from }, preview, isOld, look, title }, { clicked, on }) {
    const { messages } = preview[from];
    return html`<section class="view" aria-label=${title ?? name}>
      <h2>${title ?? name}</h2>
      <div class="screen screen-${look.theme} screen-${look.width} ${isOld ? 'screen-old' : ''}" dir=${look.direction === 'rtl' ? 'rtl' : preview.direction} onClick=${this.stay}>
        ${
          id === 'adaptive'
            ? html`<${Adaptive} messages=${messages} isDark=${look.theme === 'dark'} onClick=${this.tell} />`
            : html`<${Messages} messages=${messages.map(messagesOf[from])} route=${id} onClick=${(_, payload) => this.tell(`A click sends ${payload}`)} />`
        }
      </div>
      <p class="clicked" role="status">${on === preview && clicked}</p>
    </section>`;
  }
}
