import { html, render } from '../parts.js';
import { routes } from '../routes.js';
import { answersTo, sampleNames, templateNames } from './bot.js';
import { Studio } from './page.js';

/** What the command `/card` reads; anything else would reach the dialogs as a customer's sentence. */
const readable = {
  template: /^[a-z0-9-]*$/,
  sample: /^[a-z0-9-]*$/,
  locale: /^([A-Za-z]{2,8}(-[A-Za-z\d]{2,8})*)?$/,
};

const address = new URLSearchParams(location.search);
let state = {
  template: address.get('template') ?? '',
  sample: address.get('sample') ?? '',
  locale: address.get('locale') ?? '',
  templates: [],
  samples: [],
  /** By route: `{ messages, complaints, isOld }`. */
  answers: {},
  isBusy: false,
  shownAt: undefined,
  problem: undefined,
};
let latest = new AbortController();

function update(change) {
  state = { ...state, ...change };
  render(html`<${Studio} state=${state} actions=${actions} />`, document.getElementById('app'));
}

/** Keeps what is chosen in the page's address, for a reload and for a link to share. */
function keepAddress() {
  const chosen = Object.keys(readable).filter((name) => state[name] !== '');
  const query = new URLSearchParams(chosen.map((name) => [name, state[name]]));
  history.replaceState(null, '', query.size > 0 ? `?${query}` : location.pathname);
}

async function readNames(signal) {
  for (const [name, pattern] of Object.entries(readable))
    if (!pattern.test(state[name]))
      throw new Error(`The command /card takes no such ${name}: ${state[name]}`);
  const templates = await templateNames(signal);
  const template = state.template || templates[0];
  if (template === undefined) throw new Error('The bot has no templates.');
  const samples = await sampleNames(template, signal);
  update({ templates, template, samples, sample: state.sample || (samples[0] ?? '') });
}

async function showCards(signal) {
  const { template, sample, locale } = state;
  // The command's third word is the locale: without a sample, which only an unknown template lacks, there is none.
  const sentence = ['/card', template, sample, sample && locale].filter(Boolean).join(' ');
  const asked = routes.map(({ id }) => ({ id, answers: answersTo(sentence, id, signal) }));
  const showNext = async ({ id, answers }) => {
    const { value, done } = await answers.next();
    if (!done) update({ answers: { ...state.answers, [id]: value } });
    return !done;
  };
  await Promise.all(asked.map(showNext));
  update({ isBusy: false, shownAt: new Date() });
  const showRest = async (one) => {
    while (await showNext(one));
  };
  await Promise.all(asked.map(showRest));
}

/** Asks for everything anew; a newer call ends this one. */
async function show() {
  latest.abort();
  latest = new AbortController();
  const { signal } = latest;
  keepAddress();
  const old = Object.entries(state.answers).map(([route, answer]) => [route, { ...answer, isOld: true }]);
  update({ isBusy: true, answers: Object.fromEntries(old) });
  try {
    await readNames(signal);
    keepAddress();
    update({ problem: undefined });
    await showCards(signal);
  } catch (error) {
    if (!signal.aborted) update({ problem: error.message, answers: {}, isBusy: false });
  }
}

const actions = {
  chooseTemplate: (template) => {
    update({ template, sample: '' });
    void show();
  },
  chooseSample: (sample) => {
    update({ sample });
    void show();
  },
  typeLocale: (locale) => {
    update({ locale });
    if (readable.locale.test(locale)) void show();
  },
  show,
};

// The author edits the file elsewhere and comes back.
window.addEventListener('focus', () => void show());
void show();
