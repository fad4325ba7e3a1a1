import { html } from '/web/parts.js';
import { Picture, views } from './picture.js';

/** A choice of one among few: radio buttons that look like a row of tabs. */
export const Choice = ({ label, name, value, options, onChoose }) =>
  html`<fieldset class="choice">
    <legend class="unseen">${label}</legend>
    ${options.map(
      ({ id, title }) => html`<label>
        <input type="radio" class="unseen" name=${name} value=${id} checked=${value === id} onChange=${() => onChoose(id)} />
        <span>${title}</span>
      </label>`,
    )}
  </fieldset>`;

const viewChoices = [
  { id: 'guest', title: 'Guest' },
  { id: 'v1', title: 'v1' },
  { id: 'v2', title: 'v2' },
  { id: 'adaptive', title: 'Adaptive' },
  { id: 'text', title: 'Text' },
  { id: 'all', title: 'Side by side' },
];
const widths = [
  { id: 'phone', title: 'Phone' },
  { id: 'desktop', title: 'Desktop' },
];
const themes = [
  { id: 'light', title: 'Light' },
  { id: 'dark', title: 'Dark' },
];
const directions = [
  { id: 'locale', title: 'As the locale' },
  { id: 'rtl', title: 'Right to left' },
];

/** Why the newest text has no picture, in the words of lint. */
const Refused = ({ state: { refused, findings, preview }, actions }) => {
  const found = findings.find(({ severity }) => severity === 'error');
  return html`<div class="refusal">
    ${
      found
        ? html`<p><button type="button" class="link" onClick=${() => actions.goTo(found)}>Line ${found.line}</button> <strong>${found.message}</strong> ${found.hint}</p>`
        : html`<p><strong>${refused.message}</strong></p>`
    }
    ${preview && html`<p>The card below is from before this mistake.</p>`}
  </div>`;
};

/** The card as customers see it. */
export const CardPane = ({ state, actions }) => {
  const { preview, refused, look } = state;
  const shown = look.view === 'all' ? views : views.filter(({ id }) => id === look.view);
  const asOptions = (names) => names.map((id) => ({ id, title: id }));
  return html`<section class="card-pane" aria-label="Card">
    <div class="bar">
      <${Choice} label="View" name="view" value=${look.view} options=${viewChoices} onChoose=${(view) => actions.look({ view })} />
      <${Choice} label="Width" name="width" value=${look.width} options=${widths} onChoose=${(width) => actions.look({ width })} />
      <${Choice} label="Customer's theme" name="theme" value=${look.theme} options=${themes} onChoose=${(theme) => actions.look({ theme })} />
      <${Choice} label="Direction" name="direction" value=${look.direction} options=${directions} onChoose=${(direction) => actions.look({ direction })} />
    </div>
    ${
      preview &&
      html`<div class="bar">
        <${Choice} label="Sample" name="sample" value=${preview.sample} options=${asOptions(preview.samples)} onChoose=${(sample) => actions.choose({ sample })} />
        <${Choice} label="Locale" name="locale" value=${preview.locale} options=${asOptions(preview.locales)} onChoose=${(locale) => actions.choose({ locale })} />
      </div>`
    }
    ${refused && html`<${Refused} state=${state} actions=${actions} />`}
    <div class="views">
      ${preview && shown.map((view) => html`<${Picture} key=${view.id} view=${view} preview=${preview} isOld=${refused !== undefined} look=${look} />`)}
    </div>
  </section>`;
};
