import { html } from '/web/parts.js';

/** A form made of the schema of the fields: nobody needs JSON for the data of a sample. */

const kindOf = ({ type, enum: values, format, maxLength = 0, properties, items }) => {
  if (values) return 'choice';
  const one = [type].flat().find((name) => name !== 'null');
  if (properties || one === 'object') return 'object';
  if (items || one === 'array') return 'list';
  if (one === 'boolean') return 'flag';
  if (one === 'number' || one === 'integer') return 'number';
  return format === 'date' ? 'date' : maxLength > 200 ? 'lines' : 'line';
};

const numberOf = (text) => (text === '' ? undefined : Number(text));

const Single = ({ id, schema, value, isRequired, onChange }) => {
  const kind = kindOf(schema);
  const type = { date: 'date', number: 'number' }[kind] ?? (schema.format === 'uri' ? 'url' : 'text');
  const change = ({ currentTarget: { value: text } }) =>
    onChange(kind === 'number' ? numberOf(text) : text === '' && !isRequired ? undefined : text);
  const given = { id, required: isRequired, onInput: change, value: value ?? '' };
  if (kind === 'lines') return html`<textarea ...${given} rows="2"></textarea>`;
  if (kind === 'choice')
    return html`<select id=${id} onChange=${({ currentTarget }) => onChange(currentTarget.value === '' ? undefined : schema.enum[Number(currentTarget.value)])}>
      ${!isRequired && html`<option value="" selected=${value === undefined}>not given</option>`}
      ${schema.enum.map((one, at) => html`<option value=${at} selected=${one === value}>${String(one)}</option>`)}
    </select>`;
  const { minimum, maximum, maxLength } = schema;
  return html`<input ...${given} type=${type} step="any" min=${minimum} max=${maximum} maxlength=${maxLength} placeholder=${schema.default ?? ''} />`;
};

const ofFormat = {
  uri: 'https://example.com/',
  'date-time': '2026-12-01T18:30:00Z',
  time: '18:30:00Z',
  email: 'ada@example.com',
};

/** What a new item of a list begins with: its required members. */
function begin(schema) {
  const kind = kindOf(schema);
  if (kind === 'object')
    return Object.fromEntries(
      (schema.required ?? []).map((name) => [name, begin(schema.properties?.[name] ?? {})]),
    );
  if (kind === 'list') return [];
  const beginning = {
    choice: schema.enum?.[0],
    flag: false,
    number: schema.minimum ?? 1,
    date: '2026-12-01',
  };
  return schema.default ?? beginning[kind] ?? ofFormat[schema.format] ?? 'Text';
}

const List = ({ id, schema, value = [], path, edit }) =>
  html`<div class="list">
    ${value.map(
      (item, at) => html`<div class="list-item">
        <${Field} id="${id}-${at}" name=${`${at + 1}`} schema=${schema.items ?? {}} value=${item} isRequired path=${[...path, at]} edit=${edit} />
        <button type="button" class="small" onClick=${() => edit([...path, at])}>Remove<span class="unseen"> item ${at + 1}</span></button>
      </div>`,
    )}
    <button type="button" class="small" onClick=${() => edit([...path, value.length], begin(schema.items ?? {}))}>Add an item</button>
  </div>`;

const Field = ({ id, name, schema, value, isRequired, path, edit }) => {
  const kind = kindOf(schema);
  const words = schema.title ?? name;
  const hint = schema.description && html`<small>${schema.description}</small>`;
  if (kind === 'object' || kind === 'list')
    return html`<fieldset class="group">
      <legend>${words}</legend>${hint}
      ${
        kind === 'list'
          ? html`<${List} id=${id} schema=${schema} value=${value} path=${path} edit=${edit} />`
          : html`<${Fields} id=${id} schema=${schema} value=${value} path=${path} edit=${edit} />`
      }
    </fieldset>`;
  if (kind === 'flag')
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

/** The data of one sample, with what adds another one. */
export const SampleForm = ({ state: { file: open, parsed, preview, chosen }, actions }) => {
  const samples = parsed?.samples ?? {};
  const name = [chosen.sample, preview?.sample].find((one) => one in samples) ?? Object.keys(samples)[0];
  if (name === undefined) return html`<p class="nothing">The template has no sample.</p>`;
  const edit = (path, value) => actions.edit([{ path, value }]);
  const add = (event) => {
    event.preventDefault();
    const { elements } = event.currentTarget;
    const added = elements.namedItem('added').value;
    if (added in samples) return actions.tell(`There is a sample ${added} already.`);
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
