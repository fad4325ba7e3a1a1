import { Carousel, html, Link, LinkButton, Picture } from './parts.js';

const Action = ({ action: { type, text, payload, url }, onClick }) => {
  if (type === 'Link') return html`<${LinkButton} href=${url} label=${text} />`;
  const click = () => onClick(text, payload, 'Button');
  return html`<button type="button" class="button button-default" dir="auto" onClick=${click}>${text}</button>`;
};

const Card = ({ card: { title, description, image, defaultAction, actions }, onClick }) =>
  html`<article class="card" dir="auto">
    ${image && html`<${Picture} url=${image} altText=${title} />`}
    <h3 class="header header-bold" dir="auto">
      ${defaultAction?.type === 'Link' ? html`<${Link} href=${defaultAction.url}>${title}<//>` : title}
    </h3>
    ${description && html`<div class="body"><p class="text" dir="auto">${description}</p></div>`}
    ${
      actions.length > 0 &&
      html`<div class="buttons" role="group" aria-label="Actions">
        ${actions.map((action) => html`<${Action} action=${action} onClick=${onClick} />`)}
      </div>`
    }
  </article>`;

/** The cards and carousels of a Structured message. */
export const GenesysContent = ({ content, onClick }) =>
  content.map((item) => {
    if (item.contentType === 'Card') return html`<${Card} card=${item.card} onClick=${onClick} />`;
    if (item.contentType === 'Carousel') {
      return html`<${Carousel} cards=${item.carousel.cards.map((card) => html`<${Card} card=${card} onClick=${onClick} />`)} />`;
    }
    if (item.contentType === 'Attachment') {
      const { url, filename, text, mediaType } = item.attachment;
      return html`<${Link} class="attachment" href=${url ?? ''}>${filename ?? text ?? mediaType}<//>`;
    }
    return null;
  });

/** The quick replies of a Structured message. */
export const repliesOf = (content) =>
  content
    .filter(({ contentType }) => contentType === 'QuickReply')
    .map(({ quickReply }) => ({ label: quickReply.text, payload: quickReply.payload }));
