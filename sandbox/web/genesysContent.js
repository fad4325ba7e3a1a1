import { Form } from './form.js';
import { Carousel, Component, html, Link, LinkButton, Picture } from './parts.js';
import { words } from './words.js';

const Action = ({ action: { type, text, payload, url }, onClick }) => {
  if (type === 'Link') return html`<${LinkButton} href=${url} label=${text} style="primary" />`;
  const click = () => onClick(text, payload, 'Button');
  return html`<button type="button" class="button button-primary" onClick=${click}>
    <span dir="auto">${text}</span><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 4.5l16 7.5-16 7.5 2.5-7.5z M6.5 12H13" /></svg>
  </button>`;
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
      html`<div class="buttons" role="group" aria-label=${words.actions}>
        ${actions.map((action) => html`<${Action} action=${action} onClick=${onClick} />`)}
      </div>`
    }
  </article>`;

const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const hour = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

const wholeDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' });

/** Times to choose from, by day in the browser's zone, or a day; one choice answers. */
const DatePicker = ({ picker, isOpen, onClick }) => {
  const { title, subtitle, imageUrl, availableTimes, dateMinimum, dateMaximum } = picker;
  const pick = (event) => {
    event.preventDefault();
    const date = event.currentTarget.elements.date.value;
    onClick(wholeDay.format(new Date(`${date}T00:00`)), date, 'DatePicker');
  };
  const days = Map.groupBy(availableTimes, ({ dateTime }) => day.format(new Date(dateTime)));
  return html`<article class="card" dir="auto">
    ${imageUrl && html`<${Picture} url=${imageUrl} altText=${title} />`}
    <h3 class="header header-bold" dir="auto">${title}</h3>
    ${subtitle && html`<p class="text" dir="auto">${subtitle}</p>`}
    ${
      availableTimes.length === 0 &&
      html`<form class="form field" onSubmit=${pick}>
        <input type="date" name="date" aria-label=${title} required min=${dateMinimum?.slice(0, 10)} max=${dateMaximum?.slice(0, 10)} disabled=${!isOpen} />
        <button class="button button-primary" disabled=${!isOpen}>${words.send}</button>
      </form>`
    }
    ${[...days].map(
      ([name, times]) => html`<div class="picker" role="group" aria-label=${name}>
        <p class="picker-title">${name}</p>
        <div class="chips">${times.map(({ dateTime }) => {
          const words = hour.format(new Date(dateTime));
          return html`<button type="button" class="chip" disabled=${!isOpen} onClick=${() => onClick(`${name}, ${words}`, dateTime, 'DatePicker')}>${words}</button>`;
        })}</div>
      </div>`,
    )}
  </article>`;
};

/** A list to choose from: one click, or several ticks where a section allows them. */
class ListPicker extends Component {
  state = { ticked: [] };

  tick = (item) => {
    const { ticked } = this.state;
    this.setState({
      ticked: ticked.includes(item) ? ticked.filter((one) => one !== item) : [...ticked, item],
    });
  };

  render({ picker: { sections, receivedMessage }, isOpen, onChoose }, { ticked }) {
    const choose = (items) => onChoose(items.map(({ id, title }) => ({ text: title, payload: id })));
    return html`<article class="card" dir="auto">
      <h3 class="header header-bold" dir="auto">${receivedMessage.title}</h3>
      ${receivedMessage.subtitle && html`<p class="text" dir="auto">${receivedMessage.subtitle}</p>`}
      ${sections.map(
        ({
          title,
          multipleSelection,
          items,
        }) => html`<div class="picker" role="group" aria-label=${title ?? receivedMessage.title}>
          ${title && html`<p class="picker-title" dir="auto">${title}</p>`}
          ${items.map((item) =>
            multipleSelection
              ? html`<label class="tick" dir="auto"><input type="checkbox" disabled=${!isOpen} checked=${ticked.includes(item)} onChange=${() => this.tick(item)} /> ${item.title} ${item.subtitle && html`<span class="picker-title">${item.subtitle}</span>`}</label>`
              : html`<button type="button" class="button button-default" dir="auto" disabled=${!isOpen} onClick=${() => choose([item])}>${item.title}</button>`,
          )}
        </div>`,
      )}
      ${
        sections.some(({ multipleSelection }) => multipleSelection) &&
        html`<button type="button" class="button button-primary" disabled=${!isOpen || ticked.length === 0} onClick=${() => choose(ticked)}>${words.send}</button>`
      }
    </article>`;
  }
}

/** The cards, carousels, pickers, forms and files of a message; `isOpen` says whether a picker still waits for an answer. */
export const GenesysContent = ({ content, isOpen, onClick, onChoose, onForm }) =>
  content.map((item) => {
    if (item.contentType === 'Card') return html`<${Card} card=${item.card} onClick=${onClick} />`;
    if (item.contentType === 'Carousel') {
      return html`<${Carousel} cards=${item.carousel.cards.map((card) => html`<${Card} card=${card} onClick=${onClick} />`)} />`;
    }
    if (item.contentType === 'DatePicker')
      return html`<${DatePicker} picker=${item.datePicker} isOpen=${isOpen} onClick=${onClick} />`;
    if (item.contentType === 'ListPicker')
      return html`<${ListPicker} picker=${item.listPicker} isOpen=${isOpen} onChoose=${onChoose} />`;
    if (item.contentType === 'Form')
      return html`<${Form} form=${item.form} isOpen=${isOpen} onAnswer=${onForm} />`;
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
