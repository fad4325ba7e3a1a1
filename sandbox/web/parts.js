import htm from '/vendor/htm.js';
import { Component, h, render } from '/vendor/preact.js';
import { isSafeLink, parseBlocks, parseInline } from './markdown.js';
import { words } from './words.js';

export const html = htm.bind(h);
export { Component, render };

const tags = { strong: 'strong', em: 'em', s: 's', mark: 'mark', code: 'code' };

function inlineNodes(nodes) {
  return nodes.map((node) => {
    if (typeof node === 'string') return node;
    if (node.kind === 'link') return html`<${Link} href=${node.href}>${inlineNodes(node.children)}<//>`;
    return h(tags[node.kind], null, inlineNodes(node.children));
  });
}

/** A line of text in an inline dialect. */
export const Inline = ({ text, dialect }) =>
  html`<p class="text" dir="auto">${inlineNodes(parseInline(text, dialect))}</p>`;

/** Markdown text of a card. */
export const Markdown = ({ text }) =>
  parseBlocks(text).map((block) => {
    if (block.kind === 'heading')
      return html`<p class="text" dir="auto"><strong>${inlineNodes(block.children)}</strong></p>`;
    if (block.kind === 'p') return html`<p class="text" dir="auto">${inlineNodes(block.children)}</p>`;
    return h(
      block.kind,
      { class: 'text', dir: 'auto' },
      block.items.map((item) => html`<li>${inlineNodes(item)}</li>`),
    );
  });

/** A link that looks like a button. */
export const LinkButton = ({ href, label, style = 'default' }) =>
  html`<${Link} class="button button-${style}" href=${href}>
    <span dir="auto">${label}</span><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M7 17L17 7M9 7h8v8" /></svg>
  <//>`;

/** A link that opens outside; an unsafe address leaves only the words. */
export const Link = ({ href, class: name, children }) =>
  isSafeLink(href)
    ? html`<a class=${name} href=${href} target="_blank" rel="noopener noreferrer">${children}</a>`
    : html`<span class=${name}>${children}</span>`;

/** The sample shop does not exist: its pictures are files of the sandbox. */
const shop = 'https://shop.example.com/pictures/';
/** Where a picture is read from. */
export const sourceOf = (url) => (url.startsWith(shop) ? `/pictures/${url.slice(shop.length)}` : url);

/** A picture; when it cannot be loaded, a box with its words. */
export class Picture extends Component {
  state = { isMissing: !isSafeLink(this.props.url) || !this.props.url.startsWith('https:') };

  render({ url, altText }, { isMissing }) {
    if (isMissing) {
      return html`<div class="picture picture-missing" role="img" aria-label=${altText || words.picture}>
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 5h16v14H4z M4 16l4.5-4.5 4 4 3-3L20 17" /><circle cx="9" cy="9" r="1.5" /></svg>
        <span dir="auto">${altText}</span>
      </div>`;
    }
    return html`<img class="picture" src=${sourceOf(url)} alt=${altText} loading="lazy" referrerpolicy="no-referrer"
      onError=${() => this.setState({ isMissing: true })} />`;
  }
}

/** Cards side by side: swiped, scrolled, or moved with two buttons. */
export class Carousel extends Component {
  state = { atStart: true, atEnd: false };

  componentDidMount() {
    this.look();
  }

  look = () => {
    const { scrollLeft, scrollWidth, clientWidth } = this.track;
    const atStart = Math.abs(scrollLeft) < 4;
    const atEnd = Math.abs(scrollLeft) + clientWidth > scrollWidth - 4;
    if (atStart !== this.state.atStart || atEnd !== this.state.atEnd) this.setState({ atStart, atEnd });
  };

  move(steps) {
    const towards = getComputedStyle(this.track).direction === 'rtl' ? -steps : steps;
    this.track.scrollBy({ left: towards * this.track.clientWidth * 0.8 });
  }

  render({ cards }, { atStart, atEnd }) {
    return html`<div class="carousel" role="group" aria-roledescription="carousel" aria-label=${words.countCards(cards.length)}>
      <ul class="carousel-track" tabindex="0" aria-label=${words.cards} ref=${(track) => (this.track = track ?? this.track)} onScroll=${this.look}>
        ${cards.map((card, at) => html`<li class="carousel-card" aria-label=${words.cardOf(at + 1, cards.length)}>${card}</li>`)}
      </ul>
      ${
        !(atStart && atEnd) &&
        html`<div class="carousel-controls">
        <button type="button" class="round" aria-label=${words.previous} disabled=${atStart} onClick=${() => this.move(-1)}>
          <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M15 5l-7 7 7 7" /></svg>
        </button>
        <button type="button" class="round" aria-label=${words.next} disabled=${atEnd} onClick=${() => this.move(1)}>
          <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M9 5l7 7-7 7" /></svg>
        </button>
      </div>`
      }
    </div>`;
  }
}

/** One-tap answers: `replies` of `{label, payload}`. */
export const QuickReplies = ({ replies, onClick }) =>
  html`<div class="chips" role="group" aria-label=${words.answers}>
    ${replies.map(
      ({ label, payload }) =>
        html`<button type="button" class="chip" dir="auto" onClick=${() => onClick(label, payload, 'QuickReply')}>${label}</button>`,
    )}
  </div>`;

/** Something the bot did wrong: where, and what. */
export const Complaint = ({ complaint: { where, path, message, rule } }) =>
  html`<strong>${where}</strong>${path && html`<code>${path}</code>`}<span>${message}${rule === undefined ? '' : ` (rule ${rule})`}</span>`;
