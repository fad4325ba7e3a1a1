import { type Rule, type RuleNumber, rules } from '../architect/rules.ts';
import type { BotTls, Log } from '../platform/platform.ts';
import type { Complaint } from '../platform/stats.ts';
import { startSandbox } from '../startSandbox.ts';
import { conversations, type Played, type Step } from './conversations.ts';

/** How to verify a bot. */
export interface VerifyOptions {
  /** Which of Architect's actions call the bot; default both. */
  routes?: readonly ('v1' | 'v2')[];
  /** Where the sandbox listens, so that the bot's later answers find it; default any free port. */
  port?: number;
  /** The header that shows the secret; default `authorization`. */
  connectorHeader?: string;
  connectorSecret?: string;
  /** Paths of the bot; default `/api/genesys/v1/messages` and `/api/genesys/v2`. */
  paths?: { v1?: string; v2?: string };
  /** For a bot that asks for mutual TLS. */
  botTls?: BotTls;
  /** How long Architect waits for an answer, in milliseconds; default 10,000 for v1 and 30,000 for v2. */
  timeoutMs?: number;
  /** Conversations that are played at the same time; default 4. */
  atOnce?: number;
  /** What is played; default `conversations`. */
  played?: readonly Played[];
}

/** One conversation as it went. */
export interface PlayedConversation {
  name: string;
  route: 'v1' | 'v2';
  turns: number;
  seconds: number;
  complaints: readonly Complaint[];
}

/** A rule that was broken, and where. */
export interface BrokenRule extends Rule {
  rule: RuleNumber;
  broken: readonly (Complaint & { conversation?: string; route?: string })[];
}

/** What came of it. */
export interface Report {
  bot: string;
  passed: boolean;
  turns: number;
  /** ISO 8601. */
  startedAt: string;
  seconds: number;
  conversations: readonly PlayedConversation[];
  /** Conversations that were left out on a route where the bot was late three times. */
  notPlayed: number;
  /** What belongs to no conversation, such as the list of bots. */
  complaints: readonly Complaint[];
  /** In the order of their numbers. */
  rules: readonly BrokenRule[];
}

/** A sandbox that waits for the bot to verify. */
export interface Verification {
  /** The address of this Genesys: what the bot is configured with. */
  readonly url: string;
  /** Plays every conversation against the bot at this base address. */
  run(botUrl: string): Promise<Report>;
  close(): Promise<void>;
}

/** A bot that is late so often on a route is asked nothing more there. */
const mostLate = 3;
const lateRules: readonly RuleNumber[] = [1, 52];

interface Shown {
  content?: readonly {
    card?: { actions: readonly { type: string; text: string; payload?: string }[] };
    carousel?: { cards: readonly { actions: readonly { type: string; text: string; payload?: string }[] }[] };
    quickReply?: { text: string; payload: string };
  }[];
}

/** Prepares to verify a bot. */
export async function prepareVerification(options: VerifyOptions = {}): Promise<Verification> {
  const told: { complaint: Complaint; conversationId: string | undefined }[] = [];
  const routeOf = new Map<string, 'v1' | 'v2'>();
  const isLate = (route: 'v1' | 'v2'): boolean =>
    told.filter(
      ({ complaint: { rule }, conversationId = '' }) =>
        rule !== undefined && lateRules.includes(rule) && routeOf.get(conversationId) === route,
    ).length >= mostLate;
  const log: Log = (event, { where, path, message, rule, conversationId }) => {
    if (event !== 'complaint') return;
    const complaint = { where: String(where), path: String(path), message: String(message) };
    told.push({
      complaint: isRule(rule) ? { ...complaint, rule } : complaint,
      conversationId: conversationId === undefined ? undefined : String(conversationId),
    });
  };
  const { routes = ['v1', 'v2'], atOnce = 4, played = conversations } = options;
  const sandbox = await startSandbox({
    port: options.port ?? 0,
    clientId: 'sandbox',
    clientSecret: 'sandbox-secret',
    log,
    ...(options.connectorHeader === undefined ? {} : { connectorHeader: options.connectorHeader }),
    ...(options.connectorSecret === undefined ? {} : { connectorSecret: options.connectorSecret }),
    ...(options.paths === undefined ? {} : { connectorPaths: options.paths }),
    ...(options.botTls === undefined ? {} : { botTls: options.botTls }),
    ...(options.timeoutMs === undefined ? {} : { architectTimeoutMs: options.timeoutMs }),
  });
  const post = async (path: string, body: object) => {
    const response = await fetch(sandbox.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return JSON.parse(await response.text());
  };

  async function play(route: 'v1' | 'v2', { name, steps, locale = 'en-US', parameters, atOnce }: Played) {
    const { conversationId } = await post(`/sandbox/conversations?route=${route}`, {
      locale,
      ...(parameters === undefined ? {} : { parameters }),
    });
    routeOf.set(conversationId, route);
    let last: readonly Shown[] = [];
    let turns = 0;
    const startedAt = performance.now();
    const take = async (step: Step) => {
      const said = sayingOf(step, last);
      if (said === undefined || isLate(route)) return;
      turns += 1;
      const { messages } = await post(`/sandbox/conversations/${conversationId}/messages?expect=0`, said);
      last = messages ?? [];
    };
    if (atOnce) await Promise.all(steps.map(take));
    else for (const step of steps) await take(step);
    const complaints = told
      .filter((one) => one.conversationId === conversationId)
      .map(({ complaint }) => complaint);
    return { name, route, turns, seconds: measureSeconds(startedAt), complaints };
  }

  return {
    url: sandbox.url,
    close: () => sandbox.close(),
    run: async (botUrl) => {
      const [startedAt, date] = [performance.now(), new Date()];
      sandbox.setBotUrl(botUrl.replace(/\/$/, ''));
      const waiting = routes.flatMap((route) => played.map((one) => ({ route, one })));
      const all = waiting.length;
      const done: PlayedConversation[] = [];
      const worker = async () => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
          if (!isLate(next.route)) done.push(await play(next.route, next.one));
      };
      await Promise.all(Array.from({ length: atOnce }, worker));
      const complaints = told.flatMap((one) => (one.conversationId === undefined ? [one.complaint] : []));
      return {
        bot: botUrl,
        passed: told.length === 0,
        turns: done.reduce((sum, { turns }) => sum + turns, 0),
        startedAt: date.toISOString(),
        seconds: measureSeconds(startedAt),
        conversations: done,
        notPlayed: all - done.length,
        complaints,
        rules: listBrokenRules(done, complaints),
      };
    },
  };
}

const measureSeconds = (time: number): number => Math.round((performance.now() - time) / 100) / 10;

const isRule = (value: unknown): value is RuleNumber => typeof value === 'number' && value in rules;

/** What is posted for a step; undefined for a click where there is no button. */
function sayingOf(step: Step, last: readonly Shown[]): object | undefined {
  if (typeof step === 'string') return { text: step };
  if (!('click' in step)) return step;
  const buttons = last.flatMap(({ content = [] }) =>
    content.flatMap(({ card, carousel, quickReply }) => [
      ...[card, ...(carousel?.cards ?? [])].flatMap((one) =>
        (one?.actions ?? []).map((action) => ({ ...action, kind: 'Button' })),
      ),
      ...(quickReply ? [{ ...quickReply, type: 'Postback', kind: 'QuickReply' }] : []),
    ]),
  );
  const button = buttons.filter(({ type }) => type === 'Postback')[step.click];
  return button && { text: button.text, payload: button.payload, kind: button.kind };
}

function listBrokenRules(
  done: readonly PlayedConversation[],
  complaints: readonly Complaint[],
): BrokenRule[] {
  const all: (Complaint & { conversation?: string; route?: string })[] = [
    ...complaints,
    ...done.flatMap(({ name, route, complaints }) =>
      complaints.map((complaint) => ({ ...complaint, conversation: name, route })),
    ),
  ];
  const numbers = [...new Set(all.flatMap(({ rule }) => rule ?? []))].sort((a, b) => a - b);
  return numbers.map((rule) => ({
    rule,
    ...rules[rule],
    broken: all.filter((complaint) => complaint.rule === rule),
  }));
}
