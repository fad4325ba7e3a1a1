import { Carousel, html, LinkButton, Markdown, Picture } from './parts.js';
import { words } from './words.js';

const headerStyles = ['default', 'bold', 'large', 'subtle'];
const buttonStyles = ['default', 'primary', 'secondary', 'danger'];
const oneOf = (names, name) => (names.includes(name) ? name : 'default');

const Button = ({ button: { label, action, payload, style: wanted }, onClick }) => {
  const style = oneOf(buttonStyles, wanted);
  if (action === 'openUrl') return html`<${LinkButton} href=${payload} label=${label} style=${style} />`;
  const click = () => onClick(label, payload, 'Button');
  return html`<button type="button" class="button button-${style}" dir="auto" onClick=${click}>${label}</button>`;
};

const Component = ({ component, onClick }) => {
  const inner = (components) =>
    components.map((part) => html`<${Component} component=${part} onClick=${onClick} />`);
  switch (component.type) {
    case 'header':
      return html`<h3 class="header header-${oneOf(headerStyles, component.style)}" dir="auto">${component.text}</h3>`;
    case 'body':
      return html`<div class="body">
        ${component.markdown ? html`<${Markdown} text=${component.text} />` : html`<p class="text" dir="auto">${component.text}</p>`}
      </div>`;
    case 'image':
      return html`<${Picture} url=${component.url} altText=${component.altText} />`;
    case 'video':
      return html`<${Picture} url=${component.poster} altText=${component.label} />
        <div class="buttons"><${LinkButton} href=${component.url} label=${component.label} style="default" /></div>`;
    case 'facts':
      return html`<dl class="facts">
        ${component.items.map(({ label, value }) => html`<div><dt dir="auto">${label}</dt><dd dir="auto">${value}</dd></div>`)}
      </dl>`;
    case 'section':
      return html`<div class="section">${inner(component.components)}</div>`;
    case 'divider':
      return html`<hr />`;
    case 'buttonGroup':
      return html`<div class="buttons" role="group" aria-label=${words.actions}>
        ${component.buttons.map((button) => html`<${Button} button=${button} onClick=${onClick} />`)}
      </div>`;
    case 'carousel':
      return html`<${Carousel} cards=${component.cards.map((card) => html`<article class="card" dir="auto">${inner(card.components)}</article>`)} />`;
    default:
      return null;
  }
};

const isOutside = ({ type }) => type === 'carousel' || type === 'quickReplies';

/** The quick replies of a card, wherever they are in it: they are shown below it, while nothing was answered. */
export const quickRepliesOf = (components) =>
  components.flatMap((component) => {
    if (component.type === 'quickReplies') return component.replies;
    return component.type === 'section' ? quickRepliesOf(component.components) : [];
  });

/** A card of the guest route; carousels stand beside the card's own frame. */
export const GuestCard = ({ card, onClick }) => {
  const framed = card.components.filter((component) => !isOutside(component));
  const carousels = card.components.filter(({ type }) => type === 'carousel');
  const draw = (component) => html`<${Component} component=${component} onClick=${onClick} />`;
  return html`
    ${framed.length > 0 && html`<article class=${carousels.length > 0 ? 'card card-lead' : 'card'} dir="auto">${framed.map(draw)}</article>`}
    ${carousels.map(draw)}
  `;
};
