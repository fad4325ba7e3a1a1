import { Messages } from './messages.js';
import { Complaint, Component, html } from './parts.js';
import { routes } from './routes.js';
import { language, words } from './words.js';

const RouteSwitch = ({ route, onRoute }) =>
  html`<fieldset class="routes">
    <legend>Route to the bot</legend>
    ${routes.map(
      ({ id, name, short, how }) =>
        html`<label class="route">
          <input type="radio" name="route" value=${id} checked=${route === id} onChange=${() => onRoute(id)} />
          <span class="route-name"><span class="long">${name}</span><span class="short" aria-hidden="true">${short}</span></span>
          <span class="route-how">${how}</span>
        </label>`,
    )}
  </fieldset>`;

const Settings = ({ state, actions }) =>
  html`<aside class="settings" aria-label="Sandbox">
    <div class="about">
      <h1>Genesys Cloud sandbox</h1>
      <p>A stand-in on this machine for the customer's side of Genesys Cloud. No Genesys org is involved.</p>
    </div>
    <${RouteSwitch} route=${state.route} onRoute=${actions.chooseRoute} />
    <button type="button" class="new" aria-label="New conversation" onClick=${actions.startNew}>New<span class="long"> conversation</span></button>
    <dl class="details">
      <dt>Conversation</dt>
      <dd><code>${state.conversationId ?? '–'}</code></dd>
      <dt>Complaints about the bot</dt>
      <dd>
        ${
          state.complaints.length === 0
            ? 'None so far.'
            : html`<ul class="complaints">${state.complaints.map((complaint) => html`<li><${Complaint} complaint=${complaint} /></li>`)}</ul>`
        }
      </dd>
    </dl>
    <p class="authors">For card authors: <code>npm run studio</code></p>
  </aside>`;

const Banner = ({ state, actions }) => {
  const [latest] = state.complaints;
  if (state.problem)
    return html`<div class="banner" role="alert"><p>${state.problem}</p><${Dismiss} onClick=${actions.dismiss} /></div>`;
  if (!latest || state.isDismissed) return null;
  return html`<div class="banner" role="alert">
    <p><b>The sandbox complains about the bot:</b> <${Complaint} complaint=${latest} /></p>
    <${Dismiss} onClick=${actions.dismiss} />
  </div>`;
};

const Dismiss = ({ onClick }) =>
  html`<button type="button" class="round" aria-label="Dismiss" onClick=${onClick}>
    <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 6l12 12M18 6L6 18" /></svg>
  </button>`;

/** Where the customer types: Enter sends, Shift and Enter begin a new line. */
class Composer extends Component {
  state = { text: '' };

  type = (event) => {
    // While an input method composes a word, Enter ends that word.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) this.send(event);
  };

  send = (event) => {
    event.preventDefault();
    const text = this.state.text.trim();
    if (text === '') return;
    this.props.onSay(text);
    this.setState({ text: '' });
  };

  attach = ({ currentTarget }) => {
    const [file] = currentTarget.files;
    if (file) this.props.onFile(file);
    currentTarget.value = '';
  };

  render({ isOpen }, { text }) {
    return html`<form class="composer" onSubmit=${this.send}>
      <label class="unseen" for="words">${words.message}</label>
      <textarea id="words" rows="1" dir="auto" autocomplete="off" maxlength="4000" enterkeyhint="send" disabled=${!isOpen}
        placeholder=${isOpen ? words.type : words.over} value=${text}
        onKeyDown=${this.type} onInput=${(event) => this.setState({ text: event.currentTarget.value })}></textarea>
      <label class="attach" title=${words.attach}>
        <span class="unseen">${words.attach}</span>
        <input type="file" class="unseen" disabled=${!isOpen} onChange=${this.attach} />
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M8 12.5l6.4-6.4a3.2 3.2 0 0 1 4.5 4.5l-8.2 8.2a5 5 0 0 1-7.1-7.1L12 3.4" /></svg>
      </label>
      <button type="submit" class="send" aria-label=${words.send} disabled=${!isOpen || text.trim() === ''}>
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 20.5L21.5 12 3 3.5v6.6L16 12 3 13.9z" /></svg>
      </button>
    </form>`;
  }
}

/** The messages, kept scrolled to the newest while the customer has not scrolled up, and to what he has just said. */
class Log extends Component {
  componentDidUpdate(before) {
    const last = this.props.state.messages.at(-1);
    if (last !== before.state.messages.at(-1) && last?.direction === 'Inbound') this.isFollowing = true;
    if (this.isFollowing !== false) this.element.scrollTop = this.element.scrollHeight;
  }

  follow = ({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
    this.isFollowing = scrollTop + clientHeight > scrollHeight - 80;
  };

  render({ state, actions }) {
    return html`<div class="log" role="log" aria-live="polite" aria-label=${words.conversation} tabindex="0"
      ref=${(element) => (this.element = element ?? this.element)} onScroll=${this.follow}>
      <${Messages} messages=${state.messages} isTyping=${state.isTyping} route=${state.route} onSay=${actions.say} onClick=${actions.click} onChoose=${actions.choose} onForm=${actions.answerForm} />
    </div>`;
  }
}

/** The whole page. */
export const App = ({ state, actions }) =>
  html`<div class="page">
    <${Settings} state=${state} actions=${actions} />
    <main class="messenger" aria-label="Messenger" lang=${language}>
      <header class="top">
        <h2>Support</h2>
        <p class="presence ${state.isOnline ? 'is-online' : ''}" role="status">${state.isOnline ? words.online : words.connecting}</p>
      </header>
      <${Banner} state=${state} actions=${actions} />
      <${Log} state=${state} actions=${actions} />
      <${Composer} isOpen=${!state.hasEnded} onSay=${actions.say} onFile=${actions.attach} />
    </main>
  </div>`;
