import { Component, html, Picture } from './parts.js';
import { words } from './words.js';

const inputTypes = { Email: 'email', Phone: 'tel', URL: 'url', Number: 'number' };
const hint = (subtitle) => subtitle && html`<span class="picker-title" dir="auto">${subtitle}</span>`;

const Input = ({ field, isOpen }) => {
  const { id, title, subtitle, placeholderText, isRequired, isMultipleLine, keyboardType } = field;
  const attributes = {
    name: id,
    placeholder: placeholderText,
    required: isRequired,
    disabled: !isOpen,
    dir: 'auto',
  };
  return html`<label class="field">
    <span dir="auto">${title ?? placeholderText ?? id}${isRequired ? ' *' : ''}</span>${hint(subtitle)}
    ${
      isMultipleLine
        ? html`<textarea rows="3" ...${attributes}></textarea>`
        : html`<input type=${inputTypes[keyboardType] ?? 'text'} ...${attributes} />`
    }
  </label>`;
};

const Choices = ({ name, sections, receivedMessage, isOpen }) =>
  html`${sections.map(
    ({ title, multipleSelection, items }, at) =>
      html`<fieldset class="picker" disabled=${!isOpen}>
        <legend class="picker-title" dir="auto">${title ?? receivedMessage?.title}</legend>
        ${items.map(
          (item) =>
            html`<label class="tick" dir="auto"><input type=${multipleSelection ? 'checkbox' : 'radio'} name="${name} ${at}" value=${item.id} /> ${item.title} ${hint(item.subtitle)}</label>`,
        )}
      </fieldset>`,
  )}`;

const Select = ({ name, title, options, isOpen }) =>
  html`<label class="field"><span dir="auto">${title ?? name}</span>
    <select name=${name} disabled=${!isOpen}>${options.map(({ payload, text }) => html`<option value=${payload}>${text}</option>`)}</select>
  </label>`;

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' });
const dayAndHour = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const timesOf = ({ availableTimes = [] }) =>
  availableTimes.map(({ dateTime }) => ({ payload: dateTime, text: dayAndHour.format(new Date(dateTime)) }));

/** What a field is called in the answer, where it has no id of its own. */
const nameOf = (component, at) =>
  (component.input ?? component.listPicker ?? component.datePicker ?? component.wheelPicker)?.id ??
  `field-${at}`;

const Field = ({ component: { input, listPicker, datePicker, wheelPicker }, name, isOpen }) => {
  if (input) return html`<${Input} field=${input} isOpen=${isOpen} />`;
  if (listPicker) return html`<${Choices} name=${name} ...${listPicker} isOpen=${isOpen} />`;
  if (wheelPicker) {
    const options = wheelPicker.items.map(({ id, title, value }) => ({ payload: value ?? id, text: title }));
    return html`<${Select} name=${name} options=${options} isOpen=${isOpen} />`;
  }
  if (datePicker?.availableTimes?.length > 0)
    return html`<${Select} name=${name} title=${datePicker.title} options=${timesOf(datePicker)} isOpen=${isOpen} />`;
  const { title, subtitle, dateMinimum, dateMaximum } = datePicker ?? {};
  return html`<label class="field"><span dir="auto">${title ?? name}</span>${hint(subtitle)}
    <input type="date" name=${name} min=${dateMinimum?.slice(0, 10)} max=${dateMaximum?.slice(0, 10)} disabled=${!isOpen} />
  </label>`;
};

/** The choices of one field as `{text, payload}`: an empty field has none. */
function answersOf({ input, listPicker, datePicker, wheelPicker }, name, data) {
  const given = String(data.get(name) ?? '').trim();
  if (listPicker)
    return listPicker.sections.flatMap(({ items }, at) =>
      data
        .getAll(`${name} ${at}`)
        .map((id) => ({ payload: id, text: items.find((item) => item.id === id).title })),
    );
  if (given === '') return [];
  if (input) return [{ text: given, payload: given }];
  if (wheelPicker) {
    const item = wheelPicker.items.find(({ id, value }) => (value ?? id) === given);
    return [{ text: item.title, payload: given }];
  }
  const time = timesOf(datePicker).find(({ payload }) => payload === given);
  return [time ?? { text: day.format(new Date(`${given}T00:00`)), payload: given }];
}

/** A form: its pages one below the other; `onAnswer` gets `response` as Genesys' guest API has it. */
export class Form extends Component {
  submit = (event) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const { form, onAnswer } = this.props;
    const response = componentsOf(form).flatMap((component, at) => {
      const id = nameOf(component, at);
      return answersOf(component, id, data).map((choice) => ({
        id,
        component: { contentType: 'ButtonResponse', buttonResponse: { type: 'Form', ...choice } },
      }));
    });
    if (response.length > 0) onAnswer(form, response);
  };

  render({ form, isOpen }) {
    const { introduction = {}, receivedMessage = {}, formPages } = form;
    const title = introduction.title ?? receivedMessage.title;
    const subtitle = introduction.subtitle ?? receivedMessage.subtitle;
    const image = introduction.imageUrl ?? receivedMessage.imageUrl;
    let at = 0;
    return html`<article class="card" dir="auto">
      ${image && html`<${Picture} url=${image} altText=${title} />`}
      ${title && html`<h3 class="header header-bold" dir="auto">${title}</h3>`}
      ${subtitle && html`<p class="text" dir="auto">${subtitle}</p>`}
      <form class="form" onSubmit=${this.submit}>
        ${formPages.map(
          (page) => html`<div class="picker" role="group" aria-label=${page.title}>
            <p class="picker-title" dir="auto">${page.title}</p>
            ${page.subtitle && html`<p class="text" dir="auto">${page.subtitle}</p>`}
            ${page.pageComponents.map((component) => html`<${Field} component=${component} name=${nameOf(component, at++)} isOpen=${isOpen} />`)}
          </div>`,
        )}
        <button class="button button-primary" disabled=${!isOpen}>${words.send}</button>
      </form>
    </article>`;
  }
}

const componentsOf = ({ formPages }) => formPages.flatMap(({ pageComponents }) => pageComponents);
