import { App } from './app.js';
import { GuestClient } from './guestClient.js';
import { html, render } from './parts.js';

const mostShown = 500;
const fresh = {
  messages: [],
  complaints: [],
  isTyping: false,
  hasEnded: false,
  isDismissed: false,
  problem: undefined,
  conversationId: undefined,
};
/** What the address of the page asks for: `/?route=v2`, `&customer=ada` who has signed in, and `&say=…` for a new conversation that begins with these words. */
const asked = new URLSearchParams(location.search);
let state = {
  ...fresh,
  route: asked.get('route') ?? sessionStorage.getItem('route') ?? 'guest',
  isOnline: false,
};
const customer = asked.get('customer') ?? undefined;
let client;

function update(change) {
  state = { ...state, ...change };
  const focused = document.activeElement;
  render(html`<${App} state=${state} actions=${actions} />`, document.getElementById('app'));
  // A chip that was pressed may be gone: the keyboard must not start over at the top of the page.
  if (!focused.isConnected) document.querySelector('[role=log]').focus();
}

/** Puts a history where it belongs: it may lack what came while it was read, and what is older than it reaches back. */
function merged(history, shown) {
  const known = new Set(history.map(({ id }) => id));
  const isKnown = ({ id }) => known.has(id);
  const older = shown.slice(0, Math.max(0, shown.findIndex(isKnown)));
  const newer = shown.slice(older.length).filter((message) => !isKnown(message));
  return [...older, ...history, ...newer].slice(-mostShown);
}

function heard({ session, message, history, typing, complaint, problem, ended, online }) {
  if (online !== undefined) update({ isOnline: online });
  if (session) {
    const { conversationId, route, readOnly, newSession } = session;
    update({ ...(newSession ? fresh : {}), conversationId, route, hasEnded: readOnly });
  }
  if (history) update({ messages: merged(history, state.messages) });
  if (message) update({ messages: [...state.messages, message].slice(-mostShown) });
  if (typing !== undefined) update({ isTyping: typing });
  if (complaint) update({ complaints: [complaint, ...state.complaints].slice(0, 20), isDismissed: false });
  if (problem) update({ problem });
  if (ended) update({ hasEnded: true, isTyping: false });
}

/** The session's token is kept for this tab, so that a reload finds the conversation again. */
function connect(startNew) {
  client?.close();
  update({ isOnline: false });
  // Somebody who signs in begins a session of his own.
  const kept = `token ${customer ?? ''}`;
  const token = sessionStorage.getItem(kept) ?? crypto.randomUUID();
  sessionStorage.setItem(kept, token);
  sessionStorage.setItem('route', state.route);
  client = new GuestClient({ route: state.route, customer, token, startNew, on: heard });
}

const actions = {
  say: (text) => client.say(text),
  click: (...click) => client.click(...click),
  choose: (...choice) => client.choose(...choice),
  answerForm: (...answer) => client.answerForm(...answer),
  attach: (file) => client.attach(file),
  startNew: () => {
    connect(true);
    document.getElementById('words').focus();
  },
  dismiss: () => update({ isDismissed: true, problem: undefined }),
  chooseRoute: (route) => {
    update({ route });
    connect(true);
  },
};

update({});
const words = asked.get('say');
connect(words !== null);
if (words !== null) {
  client.say(words);
  // A reload goes on with the conversation.
  asked.delete('say');
  history.replaceState(null, '', `/?${asked}`);
}
