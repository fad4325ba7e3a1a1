import { html } from '/web/parts.js';

/** The fields of the template: names, types, and which must be given. */

const kinds = {
  text: { type: 'string', minLength: 1, maxLength: 80 },
  number: { type: 'number' },
  date: { type: 'string', format: 'date' },
  'date and time': { type: 'string', format: 'date-time' },
  link: { type: 'string', format: 'uri' },
  'yes or no': { type: 'boolean' },
};
const examples = { text: 'Text', number: 1, date: '2026-12-01', 'date and time': '2026-12-01T18:30:00Z' };
const exampleOf = (kind) => examples[kind] ?? (kind === 'link' ? 'https://example.com/' : true);

const words = { string: 'text', boolean: 'yes or no', integer: 'whole number', array: 'list', uri: 'link' };
const kindOf = ({ type, format, enum: values }) => {
  const names = values ? ['choice'] : [format ?? type].flat();
  return names.map((name) => words[name] ?? name).join(' or ');
};

const changeRequired = (required, name, isRequired) => ({
  path: ['fields', 'required'],
  value: isRequired ? [...required, name] : required.filter((one) => one !== name),
});

const Row = ({ name, schema, required, actions }) =>
  html`<tr>
    <td><input aria-label="Name of the field ${name}" value=${name} autocomplete="off" spellcheck=${false} onChange=${({ currentTarget }) => actions.rename(['properties', name], currentTarget.value)} /></td>
    <td>${kindOf(schema)}</td>
    <td><input type="checkbox" aria-label="${name} must be given" checked=${required.includes(name)}
      onChange=${({ currentTarget }) => actions.edit([changeRequired(required, name, currentTarget.checked)])} /></td>
    <td><button type="button" class="small" onClick=${() =>
      actions.edit([
        { path: ['fields', 'properties', name] },
        ...(required.includes(name) ? [changeRequired(required, name, false)] : []),
      ])}>Remove<span class="unseen"> ${name}</span></button></td>
  </tr>`;

/** Renames fields everywhere at once, adds and removes them; adds locales. */
export const FieldsForm = ({ state: { file: open, parsed }, actions }) => {
  if (!parsed) return html`<p class="nothing">Correct the JSON first: the problems say where.</p>`;
  const { fields = {}, samples = {}, locales = [] } = parsed;
  const required = Array.isArray(fields.required) ? fields.required : [];
  const add = (event) => {
    event.preventDefault();
    const { elements } = event.currentTarget;
    const [name, kind] = ['name', 'kind'].map((one) => elements.namedItem(one).value);
    if (name in (fields.properties ?? {})) return actions.tell(`There is a field ${name} already.`);
    actions.edit([
      { path: ['fields', 'properties', name], value: kinds[kind] },
      ...Object.keys(samples).map((sample) => ({ path: ['samples', sample, name], value: exampleOf(kind) })),
    ]);
    elements.namedItem('name').value = '';
  };
  const addLocale = (event) => {
    event.preventDefault();
    const input = event.currentTarget.elements.namedItem('locale');
    actions.addLocale(input.value);
    input.value = '';
  };
  return html`<fieldset class="panel" disabled=${open.isReadOnly}>
    <legend class="unseen">Fields and locales</legend>
    <table class="fields">
      <thead><tr><th>Field</th><th>Type</th><th>Required</th><th><span class="unseen">Remove</span></th></tr></thead>
      <tbody>
        ${Object.entries(fields.properties ?? {}).map(([name, schema]) => html`<${Row} key=${name} name=${name} schema=${schema} required=${required} actions=${actions} />`)}
      </tbody>
    </table>
    <form class="row" onSubmit=${add}>
      <label>New field <input name="name" required pattern="[A-Za-z_][A-Za-z0-9_]*" title="Letters, digits and underscores" autocomplete="off" /></label>
      <label>Type <select name="kind">${Object.keys(kinds).map((kind) => html`<option>${kind}</option>`)}</select></label>
      <button type="submit" class="small">Add field</button>
    </form>
    <form class="row" onSubmit=${addLocale}>
      <span>Locales: ${locales.join(', ')}</span>
      <label>New locale <input name="locale" required size="6" pattern="[A-Za-z]{2,8}(-[A-Za-z0-9]{2,8})*" title="Such as de or pt-BR" autocomplete="off" /></label>
      <button type="submit" class="small">Add locale</button>
    </form>
  </fieldset>`;
};
