import { Messages } from '../messages.js';
import { Complaint, Component, html } from '../parts.js';

/** What the command `/card` answers instead of a card: a coded error, or the samples that there are. */
const refusal = /^(?:([a-z]+\.[A-Za-z]+) at \S|The samples of \S+ are: )/;

/** Whether a message says why there is no card. */
export const isRefusal = ({ type, text }) => type === 'Text' && refusal.test(text);

/** A message as the guest protocol carries it, which is what the Messenger draws. */
const drawable = ({ card, system, time, ...rest }) => ({
  ...rest,
  guestCard: card,
  sandboxNote: system,
  channel: { time },
});

/** A message as it was sent: the post of a card, or the reply message of a bot connector; the bot's plain words have none. */
function sentJson(route, message) {
  const { type, text, content, card, system } = message;
  if (system || isRefusal(message)) return undefined;
  if (card) return { type: 'webchat', card };
  return route === 'guest' ? undefined : { type, text, content };
}

const Refusal = ({ text }) => {
  const [, code] = refusal.exec(text);
  return html`<div class="refusal">
    <p><strong>${code ?? 'There is no such sample'}</strong></p>
    <p>${code ? text.slice(code.length + 1) : text}</p>
  </div>`;
};

class Json extends Component {
  copy = async () => {
    await navigator.clipboard.writeText(this.props.text);
    this.setState({ copied: this.props.text });
  };

  render({ text, name }, { copied }) {
    return html`<details class="json">
      <summary>JSON as sent</summary>
      <pre tabindex="0" role="group" aria-label="JSON by ${name}">${text}</pre>
      ${navigator.clipboard && html`<button type="button" class="copy" onClick=${this.copy}>${copied === text ? 'Copied' : 'Copy'}</button>`}
    </details>`;
  }
}

/** What a customer sees by one route. Nothing that is clicked is sent or opened: it is told what would happen. */
export class Column extends Component {
  tell = (clicked) => this.setState({ clicked, on: this.props.answer });

  /** Links are not followed: the author would come back to other cards. */
  stay = (event) => {
    const link = event.target.closest('a');
    if (!link) return;
    event.preventDefault();
    this.tell(`A click opens ${link.href}`);
  };

  render({ route: { id, name, how }, answer }, { clicked, on }) {
    const messages = answer?.messages ?? [];
    const shown = messages.filter((message) => !isRefusal(message)).map(drawable);
    const sent = messages.map((message) => sentJson(id, message)).filter(Boolean);
    return html`<section class="column" aria-labelledby="name-${id}" aria-busy=${answer?.isOld === true}>
      <h2 id="name-${id}">${name}</h2>
      <p class="how">${how}</p>
      <div class="screen" onClick=${this.stay}>
        ${messages.filter(isRefusal).map(({ text }) => html`<${Refusal} text=${text} />`)}
        ${shown.length > 0 && html`<${Messages} messages=${shown} route=${id} onClick=${(_, payload) => this.tell(`A click sends ${payload}`)} />`}
        ${answer && messages.length === 0 && html`<p class="nothing">No message came by this route. The bot's log may say why.</p>`}
        ${!answer && html`<p class="nothing">Asking the bot…</p>`}
      </div>
      <p class="clicked" role="status">${on === answer && clicked}</p>
      ${
        answer?.complaints.length > 0 &&
        html`<div class="complaints">
          <p>The sandbox complains about the bot:</p>
          <ul>${answer.complaints.map((complaint) => html`<li><${Complaint} complaint=${complaint} /></li>`)}</ul>
        </div>`
      }
      ${sent.length > 0 && html`<${Json} name=${name} text=${JSON.stringify(sent.length === 1 ? sent[0] : sent, null, 2)} />`}
    </section>`;
  }
}
