import sanitizeHtml from 'sanitize-html';
import type { CardRequest } from '../../cards/cardRequest.ts';
import type { CheckedCard } from '../../cards/checks/checkedCard.ts';
import type { TemplateRegistry } from '../../cards/templates/loadTemplates.ts';
import { type BarePost, barePost } from './barePost.ts';
import { closedLoop } from './closedLoop.ts';
import { median, medianRatio, printLine } from './figures.ts';
import { Flags } from './flags.ts';
import { runHostile } from './hostile.ts';
import { type Interleaving, interleave, repeat, type Work } from './interleave.ts';
import { bigTemplate, type CardName, cardNames, htmlTexts, registryWith, requestMaker } from './requests.ts';
import { openTarget } from './target.ts';

/** What composing and checking a card may cost, as a share of the CPU of a bare POST of the same bytes. */
const goals: Readonly<Record<CardName, number>> = { order: 0.06, big: 0.12 };

/** Cards that the yardstick serialises in turn, so that it meets as many shapes and texts as the project does. */
const manyCards = 500;

/** The tags and attributes that the project keeps (cards/richText/html.ts), for sanitize-html alone. */
const sanitizeOptions: sanitizeHtml.IOptions = {
  allowedTags: ['p', 'br', 'strong', 'b', 'em', 'i', 'u', 'span', 'div'],
  allowedAttributes: {},
};

/** Measures the way from a request to the bytes of a POST, beside what it cannot do without. */
export async function run(args: string[]): Promise<void> {
  const flags = new Flags(args, ['rounds', 'batch-ms', 'warm-up']);
  const how = { rounds: flags.count('rounds', 7), batchMs: flags.count('batch-ms', 200) };
  const registry = registryWith(bigTemplate());
  const target = await openTarget();
  const post = await barePost(target, 64);
  try {
    const warmUp = flags.count('warm-up', 3_000, 0);
    for (const card of cardNames) await comparePrepare(card, registry, post, { ...how, warmUp });
  } finally {
    post.close();
    await target.close();
  }
  await compareSanitize(registry, how);
  await runHostile(how);
}

/** A request as it comes from a dialog to the bytes that the guest route posts. */
function prepare(registry: TemplateRegistry, request: CardRequest): number {
  let bytes = 0;
  for (const card of registry.compose(request)) bytes += Buffer.from(guestBody(card)).length;
  return bytes;
}

/** The envelope that the guest route puts around a card. */
function guestBody({ json }: CheckedCard): string {
  return `{"conversationId":${JSON.stringify('bench-1')},"message":{"type":"webchat","card":${json}}}`;
}

/** Beside one JSON.stringify of the finished card, without network; then beside the bare POST of the same bytes. */
async function comparePrepare(
  card: CardName,
  registry: TemplateRegistry,
  post: BarePost,
  how: Interleaving & { warmUp: number },
) {
  const next = requestMaker(card);
  const cards = Array.from({ length: manyCards }, () => registry.compose(next())).flat();
  const bodies = cards.map(guestBody);
  const objects = cards.map((checked) => checked.card);
  let turn = 0;
  const nextOf = <T>(list: readonly T[]): T | undefined => {
    turn += 1;
    return list[turn % list.length];
  };
  const common = { bench: 'compose', card };
  const prepared = repeat(() => prepare(registry, next()));
  const alone = await interleave(
    { prepare: prepared, stringify: repeat(() => Buffer.from(JSON.stringify(nextOf(objects))).length) },
    how,
  );
  printSides(common, alone);
  printLine({ ...common, side: 'ratio', to_stringify: medianRatio(alone.prepare, alone.stringify) });

  const postAll: Work = (calls) => closedLoop(calls, 64, () => post.send(nextOf(bodies) ?? ''));
  await postAll(how.warmUp);
  const withPosts = await interleave({ prepare: prepared, post: postAll }, how);
  const bytes = Buffer.byteLength(bodies[0] ?? '');
  printSides({ ...common, bytes }, withPosts);
  const share = medianRatio(withPosts.prepare, withPosts.post);
  printLine({ ...common, side: 'ratio', share_of_post: share, goal: goals[card] });
}

function printSides(common: Record<string, unknown>, cpu: Record<string, number[]>): void {
  for (const [side, values] of Object.entries(cpu)) printLine({ ...common, side, cpu_us: median(values) });
}

/** The big card with HTML texts that were never seen before, and sanitize-html alone on as many such texts. */
async function compareSanitize(registry: TemplateRegistry, how: Interleaving): Promise<void> {
  const next = requestMaker('big', true);
  let seed = 0;
  const cpu = await interleave(
    {
      prepare: repeat(() => prepare(registry, next())),
      sanitize: repeat(() => {
        seed += 18;
        return htmlTexts(seed).reduce((sum, html) => sum + sanitizeHtml(html, sanitizeOptions).length, 0);
      }),
    },
    how,
  );
  const common = { bench: 'compose', card: 'big', texts: 'fresh' };
  printSides(common, cpu);
  printLine({ ...common, side: 'ratio', to_sanitize: medianRatio(cpu.prepare, cpu.sanitize) });
}
