import type { CardRoute } from '../../cards/delivery/outbox.ts';
import { convertHtmlToText } from '../../cards/richText/html.ts';
import type { TemplateRegistry } from '../../cards/templates/loadTemplates.ts';
import { closedLoop } from './closedLoop.ts';
import { median, medianRatio, printLine } from './figures.ts';
import { Flags } from './flags.ts';
import { collectGarbage } from './garbage.ts';
import { type Interleaving, interleave, repeat, type Work } from './interleave.ts';
import { htmlText, registryWith, templateFile } from './requests.ts';
import { openSender } from './sender.ts';

/** Measures how cost grows: with components, with the length of a text, and with the cards that were sent before. */
export async function run(args: string[]): Promise<void> {
  const flags = new Flags(args, ['cards', 'seconds', 'rounds', 'batch-ms']);
  const how = { rounds: flags.count('rounds', 5), batchMs: flags.count('batch-ms', 100) };
  // First, for what follows makes the heap of the process larger.
  await ofMemory(flags.count('cards', 1_000_000), flags.count('seconds', 600));
  await byComponents(how);
  await byLength(how);
  await ofTheCache(how);
}

const fields = {
  plain: { type: 'string' },
  markdown: { type: 'string', contentMediaType: 'text/markdown' },
  html: { type: 'string', contentMediaType: 'text/html' },
};
type FieldName = keyof typeof fields;
const fieldNames = Object.keys(fields) as FieldName[];
const isBody = (field: FieldName) => ({ type: 'body', text: `\${${field}}`, markdown: true });

/** Another text at each call, of one length, in the way of its field. */
function textMaker(field: FieldName, length: number): () => string {
  const sentence = {
    plain: 'Your order is on its way. ',
    markdown: 'Your **order** is on its way. ',
    html: '',
  };
  let count = 0;
  return () => {
    count += 1;
    const pattern = field === 'html' ? htmlText(count) : sentence[field];
    return `${count} ${pattern.repeat(Math.ceil(length / pattern.length))}`.slice(0, length).trimEnd();
  };
}

function compose(registry: TemplateRegistry, templateId: string, given: Record<string, unknown>): number {
  return registry.compose({ templateId, fields: given })[0]?.json.length ?? 0;
}

async function byComponents(how: Interleaving): Promise<void> {
  const counts = [1, 2, 5, 10, 20];
  for (const field of fieldNames) {
    const names = Array.from({ length: 20 }, (_, i) => `text${i}`);
    const properties = Object.fromEntries(names.map((name) => [name, fields[field]]));
    const bodies = names.map((name) => ({ type: 'body', text: `\${${name}}`, markdown: true }));
    const files = counts.map((n) => templateFile(`grows-${n}`, properties, bodies.slice(0, n)));
    const registry = registryWith(...files);
    const next = textMaker(field, 126);
    const sides = counts.map((n): [string, Work] => [
      String(n),
      repeat(() => {
        const given = names.slice(0, n).map((name) => [name, next()]);
        return compose(registry, `grows-${n}-v1`, Object.fromEntries(given));
      }),
    ]);
    const cpu = await interleave(Object.fromEntries(sides), how);
    for (const n of counts) {
      const values = cpu[String(n)] ?? [];
      printLine({ bench: 'growth', what: 'components', field, components: n, cpu_us: median(values) });
    }
  }
}

async function byLength(how: Interleaving): Promise<void> {
  const lengths = [125, 250, 500, 1_000, 2_000];
  const registry = registryWith(
    ...fieldNames.map((field) => templateFile(`text-${field}`, fields, [isBody(field)])),
  );
  for (const field of fieldNames) {
    const sides = lengths.map((length): [string, Work] => {
      const next = textMaker(field, length);
      return [String(length), repeat(() => compose(registry, `text-${field}-v1`, { [field]: next() }))];
    });
    const cpu = await interleave(Object.fromEntries(sides), how);
    for (const length of lengths) {
      const values = cpu[String(length)] ?? [];
      printLine({ bench: 'growth', what: 'length', field, characters: length, cpu_us: median(values) });
    }
  }
}

/** An HTML text of 2.2 KB that was seen before, between others, and one that was not. */
async function ofTheCache(how: Interleaving): Promise<void> {
  const next = textMaker('html', 2_200);
  const known = Array.from({ length: 100 }, next);
  let turn = 0;
  const cpu = await interleave(
    {
      hit: repeat(() => {
        turn += 1;
        return convertHtmlToText(known[turn % known.length] ?? '').length;
      }),
      miss: repeat(() => convertHtmlToText(next()).length),
    },
    how,
  );
  printLine({
    bench: 'growth',
    what: 'cache',
    hit_us: median(cpu.hit),
    miss_us: median(cpu.miss),
    ratio: medianRatio(cpu.hit, cpu.miss),
  });
}

/** Cards with a new HTML text each through templates, outbox and audit log, to a route that accepts at once. */
async function ofMemory(cards: number, seconds: number): Promise<void> {
  const registry = registryWith(templateFile('remembered', fields, [isBody('html'), isBody('plain')]));
  const accepts: CardRoute = {
    name: 'guest',
    dropsRepeats: true,
    send: () => Promise.resolve({ result: 'accepted', status: 200 }),
  };
  const sender = await openSender({ registry, routes: [accepts] });
  const heaps: number[] = [];
  let sent = 0;
  const send = async () => {
    sent += 1;
    const given = { html: htmlText(sent), plain: `Order ${sent}` };
    await sender.send({ templateId: 'remembered-v1', fields: given });
  };
  const giveUp = performance.now() + seconds * 1_000;
  const step = Math.max(1, Math.floor(cards / 10));
  try {
    while (sent < cards && performance.now() < giveUp) {
      await closedLoop(step, 64, send);
      collectGarbage();
      const { heapUsed, rss } = process.memoryUsage();
      heaps.push(heapUsed);
      printLine({
        bench: 'growth',
        what: 'memory',
        cards: sent,
        heap_mib: heapUsed / 2 ** 20,
        rss_mib: rss / 2 ** 20,
      });
    }
    const [first = 0, last = 0] = [heaps[0], heaps.at(-1)];
    printLine({ bench: 'growth', what: 'memory', side: 'ratio', cards: sent, heap: last / first });
  } finally {
    await sender.close();
  }
}
