/**
 * What a card author asks the bot for, by the sandbox's HTTP API and the bot's own command `/card`. Every question is a
 * conversation of its own, so that no answer depends on the one before it.
 */

const silent = 'The bot did not answer. Is it running?';

async function call(method, path, signal, body) {
  let response;
  try {
    const content = body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    response = await fetch(path, { method, signal, ...content });
  } catch (error) {
    throw signal.aborted ? error : new Error('The sandbox does not answer. Is it still running?');
  }
  if (!response.ok) throw new Error(`The sandbox refused ${method} ${path} (${response.status}).`);
  return response.json();
}

async function begin(route, signal) {
  const { conversationId } = await call('POST', `/sandbox/conversations?route=${route}`, signal, {});
  return `/sandbox/conversations/${conversationId}`;
}

/** The names after `opening` in the bot's answer to a sentence; undefined when it answers something else. */
async function namesIn(sentence, opening, signal) {
  const path = await begin('guest', signal);
  const { messages } = await call('POST', `${path}/messages`, signal, { text: sentence });
  const answer = messages.at(-1);
  if (answer === undefined || answer.system) throw new Error(silent);
  if (!answer.text.startsWith(opening)) return undefined;
  return answer.text
    .slice(opening.length)
    .split(', ')
    .filter((name) => name !== '');
}

/** The addresses of all templates. */
export async function templateNames(signal) {
  const names = await namesIn('/card', '/card TEMPLATE [SAMPLE] [LOCALE]: ', signal);
  if (names !== undefined) return names;
  throw new Error('The bot has no command /card: it is there while developing only, not in production.');
}

/** The names of a template's samples; none when there is no such template. */
export async function sampleNames(template, signal) {
  // No sample has this name: then the bot tells which there are.
  const sentence = `/card ${template} ${crypto.randomUUID()}`;
  return (await namesIn(sentence, `The samples of ${template} are: `, signal)) ?? [];
}

/** What the bot answers by a route, `{ messages, complaints }`: at once, and again when more of it came later. */
export async function* answersTo(sentence, route, signal) {
  const path = await begin(route, signal);
  const { messages } = await call('POST', `${path}/messages`, signal, { text: sentence });
  for (let isNew = true; isNew; ) {
    const { complaints } = await call('GET', path, signal);
    yield { messages: [...messages], complaints };
    const after = messages.at(-1)?.id;
    if (after === undefined) return;
    const later = await call('GET', `${path}/messages?after=${after}&waitMs=1500`, signal);
    messages.push(...later.messages);
    isNew = later.messages.length > 0;
  }
}
