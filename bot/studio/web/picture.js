import { Messages } from '/web/messages.js';
import { Component, html, Markdown, render, sourceOf } from '/web/parts.js';

/** The views: the card as each receiver shows it. */
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

/* global AdaptiveCards: Microsoft's renderer, from its own package. */

const theme = {
  supportsInteractivity: true,
  fontFamily: 'inherit',
  fontSizes: { small: 12, default: 15, medium: 16, large: 18, extraLarge: 22 },
  spacing: { padding: 14 },
  // As Web Chat shows them.
  actions: { actionsOrientation: 'vertical', actionAlignment: 'stretch', buttonSpacing: 8, maxActions: 20 },
};

/** The renderer leaves Markdown to its host. Only text is put into the page: preact writes it. */
function markdownToHtml(text, result) {
  const place = document.createElement('div');
  render(html`<${Markdown} text=${text} />`, place);
  result.outputHtml = place.innerHTML;
  result.didProcess = true;
}

const colorsOf = (isDark) => {
  const ink = isDark ? '#e8ecf5' : '#172033';
  const quiet = isDark ? '#a7b1c6' : '#56617a';
  const look = (color) => ({ default: color, subtle: quiet });
  const foregroundColors = { default: look(ink), accent: look(isDark ? '#9db8ff' : '#2743b8') };
  return { containerStyles: { default: { backgroundColor: 'transparent', foregroundColors } } };
};

/** A card drawn by the `adaptivecards` package, as the Emulator, Web Chat and Teams do. */
class AdaptiveCard extends Component {
  componentDidMount() {
    this.draw();
  }

  componentDidUpdate(before) {
    if (before.card !== this.props.card || before.isDark !== this.props.isDark) this.draw();
  }

  draw() {
    const { card: json, isDark, onClick } = this.props;
    AdaptiveCards.AdaptiveCard.onProcessMarkdown = markdownToHtml;
    const card = new AdaptiveCards.AdaptiveCard();
    card.hostConfig = new AdaptiveCards.HostConfig({ ...theme, ...colorsOf(isDark) });
    card.onExecuteAction = (action) =>
      onClick(action.url ? `A click opens ${action.url}` : `A click sends ${JSON.stringify(action.data)}`);
    const withSources = (_, value) => (typeof value === 'string' ? sourceOf(value) : value);
    card.parse(JSON.parse(JSON.stringify(json), withSources));
    this.place.replaceChildren(card.render() ?? '');
  }

  render() {
    return html`<div class="adaptive" ref=${(place) => (this.place = place ?? this.place)}></div>`;
  }
}

const Adaptive = ({ messages, isDark, onClick }) =>
  messages.map(
    ({ layout, cards }) =>
      html`<div class="adaptive-${layout}">
        ${cards.map((card) => html`<${AdaptiveCard} card=${card} isDark=${isDark} onClick=${onClick} />`)}
      </div>`,
  );

/** One view of the card. A click sends and opens nothing: the page says what it would do. */
export class Picture extends Component {
  report = (clicked) => this.setState({ clicked, on: this.props.preview });

  /** Links are not followed: the author would come back to other cards. */
  stay = (event) => {
    const link = event.target.closest('a');
    if (!link) return;
    event.preventDefault();
    this.report(`A click opens ${link.href}`);
  };

  render({ view: { id, name, from }, preview, isOld, look, title }, { clicked, on }) {
    const { messages } = preview[from];
    return html`<section class="view" aria-label=${title ?? name}>
      <h2>${title ?? name}</h2>
      <div class="screen screen-${look.theme} screen-${look.width} ${isOld ? 'screen-old' : ''}" dir=${look.direction === 'rtl' ? 'rtl' : preview.direction} onClick=${this.stay}>
        ${
          id === 'adaptive'
            ? html`<${Adaptive} messages=${messages} isDark=${look.theme === 'dark'} onClick=${this.report} />`
            : html`<${Messages} messages=${messages.map(messagesOf[from])} route=${id} onClick=${(_, payload) => this.report(`A click sends ${payload}`)} />`
        }
      </div>
      <p class="clicked" role="status">${on === preview && clicked}</p>
    </section>`;
  }
}
