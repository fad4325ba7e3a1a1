import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import fetch from 'node-fetch';
import { readConfig } from '../../bot/config/config.ts';
import { createApp } from '../../bot/createApp.ts';
import { asGateway, gatewaySecret } from '../fakes/gateway.ts';
import { layers } from '../layers.ts';
import { printLine } from './figures.ts';
import { openTarget, type Target } from './target.ts';

// Prints how large the house is and how far things lie apart in it, as JSON lines: `npm run -s measures`.

const root = join(import.meta.dirname, '..', '..');
const rooms = ['bot', 'cards', 'dialogs'];

/** A source file by its path from the root, with its text. */
interface Source {
  readonly path: string;
  readonly text: string;
}

/**
 * Which files name one that is there already: as many as a new one of its kind touches, at most. What a settings file of an
 * organisation touches stands in no source, so that wish is not counted.
 */
const wishes: readonly [wish: string, example: string, names: RegExp][] = [
  ['a component type', 'facts', /'facts'|\/facts\.ts'/],
  ['a delivery route', 'guest', /'guest'|\/guestRoute\.ts'/],
  ['a dialog with its intent', 'productOffers', /\bproductOffers\b/],
  ['a channel', 'botConnector', /'\.[^']*\/botConnector\/[^']*'/],
  ['the other SDK', 'botbuilder', /from '(?:botbuilder|botframework)[\w-]*'/],
];

function readSources(): Source[] {
  return rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => ({
        path: relative(root, file).split(sep).join('/'),
        text: readFileSync(file, 'utf8'),
      })),
  );
}

function printSizes(sources: readonly Source[]): void {
  const sizeOf = (list: readonly Source[]) => ({
    files: list.length,
    lines: list.reduce((sum, { text }) => sum + text.split('\n').length - 1, 0),
  });
  for (const room of rooms) {
    const own = sources.filter(({ path }) => path.startsWith(`${room}/`));
    printLine({ measure: 'size', room: `${room}/`, ...sizeOf(own) });
  }
  printLine({ measure: 'size', room: 'all', ...sizeOf(sources) });
}

function printUpwardImports(sources: readonly Source[]): void {
  const layerOf = (path: string) => layers.findIndex((parts) => parts.includes(path.split('/')[1] ?? ''));
  const upward = sources
    .filter(({ path }) => path.startsWith('cards/'))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/from '(\.[^']+)'/g)]
        .map(([, to = '']) => posix.join(posix.dirname(path), to))
        .filter((to) => layerOf(to) > layerOf(path))
        .map((to) => `${path} imports ${to}`),
    );
  printLine({ measure: 'upward imports in cards/', count: upward.length, imports: upward });
}

function printWishes(sources: readonly Source[]): void {
  for (const [wish, example, names] of wishes) {
    const files = sources.filter(({ text }) => names.test(withoutComments(text))).map(({ path }) => path);
    printLine({ measure: 'files that name', wish, example, count: files.length, files });
  }
}

function withoutComments(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^\s*(?:\/\*\*|\*|\/\/)/.test(line))
    .join('\n');
}

/**
 * The files of which a function runs between a sentence and the outcome of its card, on the default route. Counted by V8's
 * own coverage, for the second of two sentences, when everything is loaded.
 */
async function printSentence(target: Target): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'measures-'));
  const app = await createApp(
    readConfig({
      PORT: '0',
      LOG_LEVEL: 'warn',
      DATA_DIR: dataDir,
      GENESYS_LOGIN_URL: target.url,
      GENESYS_API_URL: target.url,
      GENESYS_CLIENT_ID: target.clientId,
      GENESYS_CLIENT_SECRET: target.clientSecret,
      GUEST_GATEWAY_SECRETS: gatewaySecret,
    }),
  );
  const session = new Session();
  try {
    const url = await app.listen();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    await sendSentence(url, 1);
    await session.post('Profiler.takePreciseCoverage');
    await sendSentence(url, 2);
    const { result } = await session.post('Profiler.takePreciseCoverage');
    const files = result
      .filter(({ functions }) => functions.some(({ ranges }) => ranges.some(({ count }) => count > 0)))
      .flatMap(({ url: script }) => (script.startsWith('file:') ? [fileURLToPath(script)] : []))
      .map((file) => relative(root, file).split(sep).join('/'))
      .filter((path) => rooms.some((room) => path.startsWith(`${room}/`)));
    printLine({ measure: 'files that a sentence passes', count: files.length, files: files.toSorted() });
  } finally {
    session.disconnect();
    await app.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Writes as a customer does, and waits for the end of the turn: on this route the card has its outcome then. */
async function sendSentence(url: string, id: number): Promise<void> {
  const response = await fetch(`${url}/api/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...asGateway },
    body: JSON.stringify({
      type: 'message',
      id: `message-${id}`,
      text: 'where is my order 12345?',
      channelId: 'genesys',
      channelData: { genesys: { conversationId: 'measured', route: 'guest' } },
      conversation: { id: 'measured' },
      from: { id: 'customer' },
      recipient: { id: 'bot' },
      serviceUrl: 'http://127.0.0.1:1',
      deliveryMode: 'expectReplies',
    }),
  });
  await response.text();
  if (!response.ok) throw new Error(`The bot answered ${response.status}.`);
}

const sources = readSources();
printSizes(sources);
printUpwardImports(sources);
printWishes(sources);
const target = await openTarget();
try {
  await printSentence(target);
} finally {
  await target.close();
}
