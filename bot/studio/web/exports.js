import { Component, html } from '/web/parts.js';
import { call } from './api.js';
import { Choice } from './cardPane.js';

const forms = [
  { id: 'dialog', title: 'Dialog code' },
  { id: 'curl', title: 'curl' },
  { id: 'v1', title: 'Bot Connector v1' },
  { id: 'v2', title: 'Bot Connector v2' },
];

/** The card for other people's work: as code, as JSON, and as a picture for the person who approves it. */
export class Exports extends Component {
  state = { form: 'dialog', text: '' };

  componentDidMount() {
    void this.write();
  }

  componentDidUpdate({ state }, { form }) {
    if (state.preview !== this.props.state.preview || form !== this.state.form) void this.write();
  }

  /** A text with a mistake has no card: what was written of the last one stays. */
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
