import { Component, html, Markdown, render, sourceOf } from '/web/parts.js';

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
export class AdaptiveCard extends Component {
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
