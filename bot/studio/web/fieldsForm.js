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

/** Every field with its path in the schema: those of objects and lists behind the field that holds them. */
const rowsOf = (holder, path = []) =>
  Object.entries(holder?.properties ?? {}).flatMap(([name, schema]) => {
    const at = [...path, 'properties', name];
    const inner = schema.items ? rowsOf(schema.items, [...at, 'items']) : rowsOf(schema, at);
    return [{ name, schema, holder, path: at }, ...inner];
  });

const Row = ({ row: { name, schema, holder, path }, actions }) => {
  const required = Array.isArray(holder.required) ? holder.required : [];
  const isRequired = required.includes(name);
  const change = (names) => ({ path: ['fields', ...path.slice(0, -2), 'required'], value: names });
  const without = change(required.filter((one) => one !== name));
  const depth = path.filter((key) => key === 'properties').length - 1;
  const words = path.filter((key) => key !== 'properties' && key !== 'items').join(' ');
  return html`<tr>
    <td class="depth-${Math.min(depth, 3)}"><input aria-label="Name of the field ${words}" value=${name} autocomplete="off" spellcheck=${false} onChange=${({ currentTarget }) => actions.rename(path, currentTarget.value)} /></td>
    <td>${kindOf(schema)}</td>
    <td><input type="checkbox" aria-label="${words} must be given" checked=${isRequired}
      onChange=${({ currentTarget }) => actions.edit([currentTarget.checked ? change([...required, name]) : without])} /></td>
    <td><button type="button" class="small" onClick=${() => actions.edit([{ path: ['fields', ...path] }, ...(isRequired ? [without] : [])])}>Remove<span class="unseen"> ${words}</span></button></td>
  </tr>`;
};

/** Renames fields everywhere at once, adds and removes them; adds locales. */
export const FieldsForm = ({ state: { file: open, parsed }, actions }) => {
  if (!parsed) return html`<p class="nothing">Correct the JSON first: the problems say where.</p>`;
  const { fields = {}, samples = {}, locales = [] } = parsed;
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
        ${rowsOf(fields).map((row) => html`<${Row} key=${row.path.join(' ')} row=${row} actions=${actions} />`)}
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
