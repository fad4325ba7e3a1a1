import { GenesysContent, repliesOf } from './genesysContent.js';
import { GuestCard, quickRepliesOf } from './guestCard.js';
import { messengerDialect, plainText } from './markdown.js';
import { html, Inline, QuickReplies } from './parts.js';
import { words } from './words.js';

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

const isFromCustomer = (message) => message?.direction === 'Inbound';
const isNote = (message) => message?.sandboxNote === true;
const isSameSpeaker = (a, b) => b !== undefined && a.direction === b.direction && isNote(a) === isNote(b);

const Note = ({ text }) => html`<p class="note" dir="auto"><span>${text}</span></p>`;

/** One message; `isLast` says whether its quick replies still wait for an answer. */
export const Message = ({ message, next, isLast, dialect, onClick, onChoose, onForm }) => {
  if (isNote(message)) return html`<${Note} text=${message.text} />`;
  const content = message.content ?? [];
  const fromCustomer = isFromCustomer(message);
  const replies = message.guestCard ? quickRepliesOf(message.guestCard.components) : repliesOf(content);
  const click = (text, payload, type) => onClick(text, payload, type, message.id);
  const choose = (choices) => onChoose?.(choices, message.id);
  const answer = (form, response) => onForm?.(form, response, message.id);
  const shown = fromCustomer ? content.filter(({ contentType }) => contentType === 'Attachment') : content;
  return html`<div class="message ${fromCustomer ? 'from-customer' : 'from-bot'}" lang=${message.lang}>
    <span class="unseen">${fromCustomer ? words.you : words.bot}</span>
    ${!message.guestCard && message.text && html`<div class="bubble"><${Inline} text=${message.text} dialect=${fromCustomer ? plainText : dialect} /></div>`}
    ${message.guestCard && html`<${GuestCard} card=${message.guestCard} onClick=${click} />`}
    <${GenesysContent} content=${shown} isOpen=${isLast} onClick=${click} onChoose=${choose} onForm=${answer} />
    ${isLast && !fromCustomer && replies.length > 0 && html`<${QuickReplies} replies=${replies} onClick=${click} />`}
    ${!isSameSpeaker(message, next) && html`<time class="time" dateTime=${message.channel.time}>${clock.format(new Date(message.channel.time))}</time>`}
  </div>`;
};

const Welcome = ({ onSay }) =>
  html`<div class="welcome">
    <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2z" /></svg>
    <p>${words.welcome}</p>
    <div class="chips" role="group" aria-label=${words.ask}>
      ${words.examples.map((text) => html`<button type="button" class="chip" onClick=${() => onSay(text)}>${text}</button>`)}
    </div>
  </div>`;

/** The conversation, oldest message first. */
export const Messages = ({ messages, isTyping, route, onSay, onClick, onChoose, onForm }) => {
  const dialect = route === 'guest' ? plainText : messengerDialect;
  const lastFromCustomer = messages.findLastIndex(isFromCustomer);
  return html`
    ${messages.length === 0 && html`<${Welcome} onSay=${onSay} />`}
    ${messages.map(
      (message, at) =>
        html`<${Message} key=${`${message.id} ${at}`} message=${message} next=${messages[at + 1]} isLast=${at > lastFromCustomer} dialect=${dialect} onClick=${onClick} onChoose=${onChoose} onForm=${onForm} />`,
    )}
    ${isTyping && html`<div class="message from-bot"><div class="bubble typing"><span class="unseen">${words.typing}</span><i></i><i></i><i></i></div></div>`}
  `;
};
