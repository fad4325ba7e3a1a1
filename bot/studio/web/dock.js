import { Component, html } from '/web/parts.js';
import { Access } from './access.js';
import { call } from './api.js';
import { Choice } from './cardPane.js';
import { FieldsForm, SampleForm } from './forms.js';
import { views } from './picture.js';

/** The findings of lint; a click on one goes to its place. */
const Findings = ({ state: { findings }, actions }) =>
  findings.length === 0
    ? html`<p class="nothing">Every sample can be sent in every locale, by every route.</p>`
    : html`<ul class="findings">
        ${findings.map(
          (one) => html`<li>
            <button type="button" class="finding finding-${one.severity}" onClick=${() => actions.goTo(one)}>
              <span class="place">Line ${one.line}</span> <code>${one.code}</code> ${one.message} <span class="hint">${one.hint}</span>
            </button>
          </li>`,
        )}
      </ul>`;

/** A row for each route: the parts of the card that it shows in another way, and the JSON that it sends. */
const Changes = ({ state: { preview } }) =>
  preview &&
  html`<div class="panel">
    ${views.map(({ name, from }) => {
      const { messages, changes } = preview[from];
      return html`<section class="route">
        <h2>${name}</h2>
        ${
          changes.length === 0
            ? html`<p>Nothing was changed or left out.</p>`
            : html`<ul>${changes.map(({ path, what }) => html`<li><code>${path}</code> ${what}</li>`)}</ul>`
        }
        <details><summary>JSON as sent<span class="unseen"> by ${name}</span></summary><pre tabindex="0">${JSON.stringify(messages.length === 1 ? messages[0] : messages, null, 2)}</pre></details>
      </section>`;
    })}
  </div>`;

const names = {
  cardBytes: 'Size of the card',
  text: 'Text fallback',
  body: 'Longest text',
  title: 'Longest title',
  label: 'Longest label',
  payload: 'Longest payload',
  url: 'Longest address',
  altText: 'Longest alternative text',
  factLabel: 'Longest fact label',
  factValue: 'Longest fact',
  components: 'Components',
  depth: 'Depth',
  buttons: 'Buttons in a group',
  quickReplies: 'Quick replies',
  carouselCards: 'Cards in a carousel',
  facts: 'Facts in a group',
  dynamicFields: 'Fields',
};
const count = new Intl.NumberFormat();

/** How much of each limit the card uses, and how much is left. */
const Limits = ({ state: { preview } }) =>
  preview &&
  html`<table class="panel limits">
    <thead class="unseen"><tr><th>Limit</th><th>Used</th><th>Left</th></tr></thead>
    <tbody>
      ${preview.limits.map(
        ({ limit, used, max, unit, path }) => html`<tr title=${path}>
          <th scope="row">${names[limit] ?? limit}</th>
          <td><meter min="0" max=${max} high=${max * 0.85} optimum="0" value=${used} aria-label="${names[limit] ?? limit}"></meter></td>
          <td>${count.format(used)} of ${count.format(max)} ${unit}, ${count.format(max - used)} left</td>
        </tr>`,
      )}
    </tbody>
  </table>`;

const forms = [
  { id: 'dialog', title: 'Dialog code' },
  { id: 'curl', title: 'curl' },
  { id: 'v1', title: 'Bot Connector v1' },
  { id: 'v2', title: 'Bot Connector v2' },
];

/** The card for other people's work: as code, as JSON, and as a picture for the person who approves it. */
class Exports extends Component {
  state = { form: 'dialog', text: '' };

  componentDidMount() {
    void this.write();
  }

  componentDidUpdate({ state }, { form }) {
    if (state.preview !== this.props.state.preview || form !== this.state.form) void this.write();
  }

  /** Exports the card. A text with a mistake has no card: the last export stays. */
  async write() {
    const { text, chosen, refused } = this.props.state;
    if (refused) return;
    const { form } = this.state;
    const written = await call('export', { text, form, ...chosen }).catch(() => undefined);
    if (written && form === this.state.form) this.setState({ text: written.text, copied: false });
  }

  copy = async () => {
    await navigator.clipboard.writeText(this.state.text);
    this.setState({ copied: true });
  };

  render({ state: { look, refused }, actions }, { form, text, copied }) {
    return html`<div class="panel route">
      <${Choice} label="Form" name="form" value=${form} options=${forms} onChoose=${(chosen) => this.setState({ form: chosen })} />
      <pre tabindex="0" role="group" aria-label="The card as ${form}">${text}</pre>
      <div class="row">
        <button type="button" class="small" onClick=${this.copy}>${copied ? 'Copied' : 'Copy'}</button>
        <button type="button" class="small" disabled=${look.view === 'all' || refused !== undefined} onClick=${actions.savePicture}>Save the picture as PNG</button>
      </div>
    </div>`;
  }
}

const counted = (count, one) => `${count} ${one}${count === 1 ? '' : 's'}`;

function problemsTitle(findings) {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const parts = [errors > 0 && counted(errors, 'error'), warnings > 0 && counted(warnings, 'warning')];
  return parts.filter(Boolean).join(', ') || 'No problems';
}

const panels = [
  { id: 'problems', Panel: Findings },
  { id: 'sample', title: 'Sample data', Panel: SampleForm },
  { id: 'fields', title: 'Fields', Panel: FieldsForm },
  { id: 'changes', title: 'Sent as', Panel: Changes },
  { id: 'limits', title: 'Limits', Panel: Limits },
  { id: 'access', title: 'Accessibility', Panel: Access },
  { id: 'exports', title: 'Export', Panel: Exports },
];

/** The panels below the editor, one at a time. */
export const Dock = ({ state, actions }) => {
  const problems = problemsTitle(state.findings);
  const options = panels.map(({ id, title = problems }) => ({ id, title }));
  const { panel } = state.look;
  const { Panel } = panels.find(({ id }) => id === panel);
  return html`<section class="dock" aria-label="About the template">
    <${Choice} label="Panel" name="panel" value=${panel} options=${options} onChoose=${(chosen) => actions.look({ panel: chosen })} />
    <p class="unseen" role="status">${problems}</p>
    <div class="dock-panel">${state.file && html`<${Panel} state=${state} actions=${actions} />`}</div>
  </section>`;
};
