import { Component, html } from '/web/parts.js';

/** Forms for the fields of a template and the data of its samples, so that an author needs no JSON for them. */

/** The control that edits a value of a schema. */
const controlOf = ({ type, enum: values, format, maxLength = 0, properties, items }) => {
  if (values) return 'choice';
  const one = [type].flat().find((name) => name !== 'null');
  if (properties || one === 'object') return 'object';
  if (items || one === 'array') return 'list';
  if (one === 'boolean') return 'flag';
  if (one === 'number' || one === 'integer') return 'number';
  return format === 'date' ? 'date' : maxLength > 200 ? 'lines' : 'line';
};

/** An input that keeps what its author types until the author leaves it: the page is drawn anew whenever an answer arrives. */
class Input extends Component {
  render({ as = 'input', value, onInput, ...given }, { typed }) {
    return html`<${as} ...${given} value=${typed ?? value} onBlur=${() => this.setState({ typed: undefined })}
      onInput=${(event) => {
        this.setState({ typed: event.currentTarget.value });
        onInput?.(event);
      }} />`;
  }
}

const numberOf = (text) => (text === '' ? undefined : Number(text));

const Single = ({ id, schema, value, isRequired, onChange }) => {
  const control = controlOf(schema);
  const type = { date: 'date', number: 'number' }[control] ?? (schema.format === 'uri' ? 'url' : 'text');
  const change = ({ currentTarget: { value: text } }) =>
    onChange(control === 'number' ? numberOf(text) : text === '' && !isRequired ? undefined : text);
  const given = { id, required: isRequired, onInput: change, value: value ?? '' };
  if (control === 'lines') return html`<${Input} as="textarea" ...${given} rows="2" />`;
  if (control === 'choice')
    return html`<select id=${id} onChange=${({ currentTarget }) => onChange(currentTarget.value === '' ? undefined : schema.enum[Number(currentTarget.value)])}>
      ${!isRequired && html`<option value="" selected=${value === undefined}>not given</option>`}
      ${schema.enum.map((one, at) => html`<option value=${at} selected=${one === value}>${String(one)}</option>`)}
    </select>`;
  const { minimum, maximum, maxLength } = schema;
  return html`<${Input} ...${given} type=${type} step="any" min=${minimum} max=${maximum} maxlength=${maxLength} placeholder=${schema.default ?? ''} />`;
};

const examplesOfFormats = {
  uri: 'https://example.com/',
  'date-time': '2026-12-01T18:30:00Z',
  time: '18:30:00Z',
  email: 'ada@example.com',
};

/** The value of a new field or item: an object with its required members. */
function createExample(schema) {
  const control = controlOf(schema);
  if (control === 'object')
    return Object.fromEntries(
      (schema.required ?? []).map((name) => [name, createExample(schema.properties?.[name] ?? {})]),
    );
  if (control === 'list') return [];
  const examples = {
    choice: schema.enum?.[0],
    flag: false,
    number: schema.minimum ?? 1,
    date: '2026-12-01',
  };
  return schema.default ?? examples[control] ?? examplesOfFormats[schema.format] ?? 'Text';
}

const List = ({ id, schema, value = [], path, edit }) =>
  html`<div class="list">
    ${value.map(
      (item, at) => html`<div class="list-item">
        <${Field} id="${id}-${at}" name=${`${at + 1}`} schema=${schema.items ?? {}} value=${item} isRequired path=${[...path, at]} edit=${edit} />
        <button type="button" class="small" onClick=${() => edit([...path, at])}>Remove<span class="unseen"> item ${at + 1}</span></button>
      </div>`,
    )}
    <button type="button" class="small" onClick=${() => edit([...path, value.length], createExample(schema.items ?? {}))}>Add an item</button>
  </div>`;

const Field = ({ id, name, schema, value, isRequired, path, edit }) => {
  const control = controlOf(schema);
  const words = schema.title ?? name;
  const hint = schema.description && html`<small>${schema.description}</small>`;
  if (control === 'object' || control === 'list')
    return html`<fieldset class="group">
      <legend>${words}</legend>${hint}
      ${
        control === 'list'
          ? html`<${List} id=${id} schema=${schema} value=${value} path=${path} edit=${edit} />`
          : html`<${Fields} id=${id} schema=${schema} value=${value} path=${path} edit=${edit} />`
      }
    </fieldset>`;
  if (control === 'flag')
    return html`<label class="field field-flag">
      <input type="checkbox" checked=${value === true} onChange=${({ currentTarget }) => edit(path, currentTarget.checked)} /> ${words}${hint}
    </label>`;
  return html`<div class="field">
    <label for=${id}>${words}${!isRequired && html` <small>optional</small>`}</label>
    <${Single} id=${id} schema=${schema} value=${value} isRequired=${isRequired} onChange=${(changed) => edit(path, changed)} />${hint}
  </div>`;
};

const Fields = ({ id, schema, value, path, edit }) =>
  Object.entries(schema.properties ?? {}).map(
    ([name, one]) =>
      html`<${Field} key=${name} id="${id}-${name}" name=${name} schema=${one} value=${value?.[name]} isRequired=${schema.required?.includes(name) === true} path=${[...path, name]} edit=${edit} />`,
  );

/** The data of one sample; adds and removes samples. */
export const SampleForm = ({ state: { file: open, parsed, preview, chosen }, actions }) => {
  const samples = parsed?.samples ?? {};
  const name = [chosen.sample, preview?.sample].find((one) => one in samples) ?? Object.keys(samples)[0];
  if (name === undefined) return html`<p class="nothing">The template has no sample.</p>`;
  const edit = (path, value) => actions.edit([{ path, value }]);
  const add = (event) => {
    event.preventDefault();
    const { elements } = event.currentTarget;
    const added = elements.namedItem('added').value;
    if (added in samples) return actions.showProblem(`There is a sample ${added} already.`);
    const edited = actions.edit([{ path: ['samples', added], value: samples[name] }]);
    void edited.then(() => actions.choose({ sample: added }));
    elements.namedItem('added').value = '';
  };
  return html`<div class="panel">
    <fieldset class="form" disabled=${open.isReadOnly}>
      <legend>Data of the sample “${name}”</legend>
      <${Fields} id="sample-${name}" schema=${parsed.fields ?? {}} value=${samples[name]} path=${['samples', name]} edit=${edit} />
    </fieldset>
    ${
      !open.isReadOnly &&
      html`<form class="row" onSubmit=${add}>
        <label>Copy it as <input name="added" required pattern="[a-z][a-z0-9\\-]*" title="Small letters, digits and dashes" autocomplete="off" /></label>
        <button type="submit" class="small">Add sample</button>
        ${Object.keys(samples).length > 1 && html`<button type="button" class="small" onClick=${() => actions.edit([{ path: ['samples', name] }])}>Remove this sample</button>`}
      </form>`
    }
  </div>`;
};

/** The schemas of a new field, by the words for its type. */
const newFields = {
  text: { type: 'string', minLength: 1, maxLength: 80 },
  number: { type: 'number' },
  date: { type: 'string', format: 'date' },
  'date and time': { type: 'string', format: 'date-time' },
  link: { type: 'string', format: 'uri' },
  'yes or no': { type: 'boolean' },
};

const typeNames = {
  ...{ string: 'text', boolean: 'yes or no', integer: 'whole number', array: 'list', uri: 'link' },
  'date-time': 'date and time',
};
const typeNameOf = ({ type, format, enum: values }) =>
  (values ? ['choice'] : [format ?? type].flat()).map((name) => typeNames[name] ?? name).join(' or ');

/** Every field with its path in the schema; fields of an object or a list follow the field that holds them. */
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
    <td class="depth-${Math.min(depth, 3)}"><${Input} aria-label="Name of the field ${words}" value=${name} autocomplete="off" spellcheck=${false} onChange=${({ currentTarget }) => actions.rename(path, currentTarget.value)} /></td>
    <td>${typeNameOf(schema)}</td>
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
    if (name in (fields.properties ?? {})) return actions.showProblem(`There is a field ${name} already.`);
    actions.edit([
      { path: ['fields', 'properties', name], value: newFields[kind] },
      ...Object.keys(samples).map((sample) => ({
        path: ['samples', sample, name],
        value: createExample(newFields[kind]),
      })),
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
      <label>Type <select name="kind">${Object.keys(newFields).map((kind) => html`<option>${kind}</option>`)}</select></label>
      <button type="submit" class="small">Add field</button>
    </form>
    <form class="row" onSubmit=${addLocale}>
      <span>Locales: ${locales.join(', ')}</span>
      <label>New locale <input name="locale" required size="6" pattern="[A-Za-z]{2,8}(-[A-Za-z0-9]{2,8})*" title="Such as de or pt-BR" autocomplete="off" /></label>
      <button type="submit" class="small">Add locale</button>
    </form>
  </fieldset>`;
};
