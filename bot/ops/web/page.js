import { addCharts, element, writeDuration } from './charts.js';

const $ = (id) => document.getElementById(id);
const button = (text, onclick) => Object.assign(element('button', text), { type: 'button', onclick });

async function ask(path, body) {
  const changes =
    body === undefined
      ? {}
      : {
          method: 'POST',
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json', 'x-ops': '1' },
        };
  const answer = await fetch(path, changes);
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.detail);
  return content;
}

/** Runs what the operator requested; shows on the page that it failed. */
async function attempt(work) {
  $('problem').textContent = '';
  $('done').textContent = '';
  try {
    await work();
  } catch (error) {
    $('problem').textContent = `That failed: ${error.message}`;
  }
}

function showFigures(now) {
  const { lastHour: hour, deadLetters: dead } = now;
  const rate = hour.successRate === null ? '–' : `${(hour.successRate * 100).toFixed(2)} %`;
  const figures = [
    ['Waiting', now.pending + now.sending],
    ['Oldest waits', writeDuration(now.oldestPendingMs)],
    ['Dead letters', dead.rejected + dead.failed + dead.unknown],
    ['Success rate, hour', rate],
    ['p50 / p95', `${writeDuration(hour.p50Ms)} / ${writeDuration(hour.p95Ms)}`],
    ['Accepted, hour', hour.accepted],
    ['Refused by checks', hour.refused],
    ['Instances', now.instances.length],
  ];
  $('figures').replaceChildren(
    ...figures.map(([name, value]) => element('div', element('dt', name), element('dd', value))),
  );
  $('codes').replaceChildren(
    ...now.deadCodes.map(({ code, cards }) => {
      const find = button(`${code} ${cards}`, () => {
        $('search').reset();
        $('search').elements.code.value = code;
        void attempt(search);
      });
      find.title = 'Search these dead letters';
      return find;
    }),
  );
  $('instances').replaceChildren(
    ...now.instances.map(({ version, at, troubles }) =>
      element('li', `${troubles.join('; ')} (version ${version}, last seen at ${at.slice(11, 19)} UTC)`),
    ),
  );
  showCharts(now);
}

const showCharts = addCharts($('charts'));
let events;
/** Listens to the figures of a span; the browser connects again by itself. */
function listen(span) {
  events?.close();
  events = new EventSource(`ops/events?span=${span}`);
  events.onmessage = ({ data }) => {
    const now = JSON.parse(data);
    $('live').textContent = `Live, ${now.at.slice(11, 19)} UTC`;
    showFigures(now);
  };
  events.addEventListener('away', () => {
    $('live').textContent = 'The store cannot be read';
  });
  events.onerror = () => {
    // The browser does not try again after a refusal.
    const isOver = events.readyState === EventSource.CLOSED;
    $('live').textContent = isOver ? 'Signed out: load the page again' : 'Connection lost, trying again…';
  };
}
$('span').onchange = ({ target }) => listen(target.value);
listen('hour');

const query = () =>
  new URLSearchParams([...new FormData($('search'))].filter(([, value]) => value !== '')).toString();
const isDead = ({ state }) => ['rejected', 'failed', 'unknown'].includes(state);
const selected = new Map();

async function search() {
  $('csv').href = `ops/cards.csv?${query()}`;
  selected.clear();
  $('replay').disabled = true;
  $('all').checked = false;
  const cards = await ask(`ops/cards?${query()}`);
  $('rows').replaceChildren(...cards.map(rowOf));
}

function rowOf(card) {
  const box = Object.assign(element('input'), { type: 'checkbox', disabled: !isDead(card) });
  box.setAttribute('aria-label', `Select ${card.messageId}`);
  box.onchange = () => {
    if (box.checked) selected.set(card.messageId, card);
    else selected.delete(card.messageId);
    $('replay').disabled = selected.size === 0;
  };
  const name = button(card.messageId, () => void attempt(() => show(card.messageId)));
  const stored = new Date(card.storedAt).toISOString().replace('T', ' ').slice(0, 19);
  const cells = [box, name, card.state, card.code ?? '', card.templateId, card.attempts, stored];
  return element('tr', ...cells.map((content) => element('td', content)));
}

$('all').onchange = () => {
  for (const box of $('rows').querySelectorAll('input:enabled')) {
    if (box.checked !== $('all').checked) box.click();
  }
};

async function show(messageId) {
  const { card, audit } = await ask(`ops/cards/${encodeURIComponent(messageId)}`);
  $('title').textContent = `${card.messageId}: ${card.state}`;
  $('content').textContent = '';
  $('timeline').replaceChildren(
    ...audit.map((entry, at) => {
      const waited = at === 0 ? 0 : Date.parse(entry.at) - Date.parse(audit[at - 1].at);
      const parts = [
        entry.at,
        waited > 0 && `+${writeDuration(waited)}`,
        entry.event,
        entry.code,
        entry.status && `HTTP ${entry.status}`,
        entry.attempts && `attempt ${entry.attempts}`,
        entry.ms !== undefined && `after ${writeDuration(entry.ms)}`,
        entry.correlationId && `correlation ${entry.correlationId}`,
        entry.reason,
      ];
      return element('li', parts.filter(Boolean).join('  '));
    }),
  );
  $('reveal').onclick = () =>
    void attempt(async () => {
      const { content } = await ask(`ops/cards/${encodeURIComponent(messageId)}/reveal`, {});
      $('content').textContent = content.text ?? 'The text of an accepted card is not kept.';
    });
  $('card').showModal();
}

$('replay').onclick = () => {
  const cards = [...selected.values()];
  const doubtful = cards.filter(({ state }) => state === 'unknown').length;
  $('question').textContent = `Replay ${cards.length} card${cards.length === 1 ? '' : 's'}?`;
  $('warning').textContent =
    doubtful === 0
      ? 'Customers who received the text instead of a card then have both.'
      : `${doubtful} may have arrived already and would be shown twice.`;
  // Not at `close`, whose event may come so late that it belongs to an earlier question.
  $('confirm').querySelector('form').onsubmit = ({ submitter }) => {
    if (submitter.value !== 'yes') return;
    void attempt(async () => {
      const { replayed } = await ask('ops/replay', { messageIds: cards.map((card) => card.messageId) });
      $('done').textContent = `${replayed.length} replayed`;
      await search();
    });
  };
  $('confirm').showModal();
};
$('search').onsubmit = (event) => {
  event.preventDefault();
  void attempt(search);
};
void attempt(search);
