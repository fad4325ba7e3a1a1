import { html } from '../parts.js';
import { routes } from '../routes.js';
import { Column, isRefusal } from './column.js';

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const locales = 'en en-US en-GB de de-DE de-AT de-CH fr es it nl pl pt-BR ar ja'.split(' ');

const Choice = ({ label, value, names, onChoose }) =>
  html`<label class="choice">
    <span>${label}</span>
    <select value=${value} onChange=${(event) => onChoose(event.currentTarget.value)}>
      ${[...new Set([...names, value])].map((name) => html`<option value=${name}>${name}</option>`)}
    </select>
  </label>`;

const Chooser = ({ state, actions }) => {
  const showAgain = (event) => {
    event.preventDefault();
    void actions.show();
  };
  return html`<form class="chooser" onSubmit=${showAgain}>
    <${Choice} label="Template" value=${state.template} names=${state.templates} onChoose=${actions.chooseTemplate} />
    <${Choice} label="Sample" value=${state.sample} names=${state.samples} onChoose=${actions.chooseSample} />
    <label class="choice">
      <span>Locale</span>
      <input type="text" list="locales" autocomplete="off" spellcheck=${false} placeholder="the customer's" value=${state.locale}
        onInput=${(event) => actions.typeLocale(event.currentTarget.value)} />
    </label>
    <datalist id="locales">${locales.map((locale) => html`<option value=${locale} />`)}</datalist>
    <button type="submit" class="again">Show again</button>
    <p class="state" role="status">${stateOf(state)}</p>
  </form>`;
};

function stateOf({ isBusy, shownAt, answers, problem }) {
  if (isBusy) return 'Asking the bot…';
  if (problem || shownAt === undefined) return '';
  const refusing = routes.filter(({ id }) => answers[id]?.messages.some(isRefusal)).map(({ short }) => short);
  const at = clock.format(shownAt);
  return refusing.length === 0 ? `Shown at ${at}` : `Refused at ${at}: ${refusing.join(', ')}`;
}

/** The whole page. */
export const Studio = ({ state, actions }) =>
  html`<header class="head">
      <div>
        <h1>Card studio</h1>
        <p>A template as the customer sees it by each route. Change its file and come back: it is shown anew.</p>
      </div>
      <a href="/">The customer's Messenger</a>
    </header>
    <main>
      <${Chooser} state=${state} actions=${actions} />
      ${
        state.problem
          ? html`<p class="problem" role="alert">${state.problem}</p>`
          : html`<div class="columns">
              ${routes.map((route) => html`<${Column} key=${route.id} route=${route} answer=${state.answers[route.id]} />`)}
            </div>`
      }
    </main>
    <footer>A file with a mistake is not taken: it is told here, and the cards stay as they were. <code>npm run cards -- lint FILE</code> tells the same.</footer>`;
