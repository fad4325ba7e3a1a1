import { setTimeout as sleep } from 'node:timers/promises';
import { asGateway } from '../fakes/gateway.ts';
import { json, listen } from '../fakes/listen.ts';
import { readArguments } from './arguments.ts';
import { finalsByConversation, readAudit } from './audit.ts';
import { type BotProcess, type Starter, startBotProcess } from './botProcess.ts';
import type { Figure } from './figure.ts';
import { onStage } from './stage.ts';

/** What a stop may take, in milliseconds. */
interface StopLimits {
  /** Until the process has ended. */
  readonly stopMs: number;
  /** After the signal, until no more turns are taken. */
  readonly deafMs: number;
}

const usualLimits: StopLimits = { stopMs: 10_000, deafMs: 500 };

/** A stop of the bot: by how many signals to what, while its receiver takes how long for each answer, in milliseconds. */
interface Round {
  /** Gets the signal. npm is a script on Windows, where it cannot be told to end. */
  readonly starter: Starter;
  readonly signals: 1 | 2;
  readonly latencyMs: number;
}

const allRounds: readonly Round[] = [
  { starter: 'node', signals: 1, latencyMs: 1_000 },
  { starter: 'npm', signals: 1, latencyMs: 1_000 },
  { starter: 'npm', signals: 1, latencyMs: 60_000 },
  { starter: 'node', signals: 2, latencyMs: 1_000 },
];
/** The bot finds out that npm has ended within this time, in milliseconds. */
const npmLookMs = 100;
/** Requests that the bot has under way at once, at most. */
const mostOnTheWire = 64;
/** Connections that fail after each start. */
const failures = 10;
/** Turns that the channel has under way at once. */
const turnsAtOnce = 20;

/**
 * R9: the bot is stopped under load, when some of its connections have failed: by SIGTERM to node as a container does, to
 * `npm start`, while its receiver hangs, and by two in a row. Each time it takes no more turns and ends in time, node with 0, and
 * the next start delivers what was stored: the card of every turn that was answered, once.
 *
 * @param dropsRepeats whether the receiver drops repeats; else the cards that were on the wire may be held for a person
 */
export function r9(
  args: readonly string[],
  dropsRepeats: boolean,
  rounds = allRounds,
  limits = usualLimits,
): Promise<Figure> {
  const { target: url, cards: turns } = readArguments(args, { cards: 1_000 });
  return onStage({ target: url }, async ({ target, front, dataDir, run }) => {
    const env = {
      GENESYS_LOGIN_URL: front.url,
      GENESYS_API_URL: front.url,
      NODE_EXTRA_CA_CERTS: front.caFile,
      GENESYS_DROPS_REPEATS: String(dropsRepeats),
    };
    // Where the bot's plain texts would go; a turn of this test has none.
    const channel = await listen((_, response) => json(response, 200, { id: 'text' }));
    const answered: string[] = [];
    const stops: { starter: Starter; exit: unknown; seconds: number; answeredAfter: number }[] = [];
    let bot: BotProcess | undefined;
    try {
      for (const [round, { starter, signals, latencyMs }] of rounds.entries()) {
        // A slow receiver: at each stop cards are on the wire and many wait.
        await target.setFaults({ latencyMs, dedupe: dropsRepeats });
        front.failNext(failures);
        const began: BotProcess = await startBotProcess(
          target,
          dataDir,
          { ...env, CARD_OUTCOME_WAIT_MS: '0' },
          starter,
        );
        bot = began;
        const deafMs = limits.deafMs + (starter === 'npm' ? npmLookMs : 0);
        const load = new Load(began.url, channel.url, `${run}-${round}`, answered, deafMs);
        const talking = load.talk();
        const enough = answered.length + turns / rounds.length;
        while (answered.length < enough) await sleep(10);
        load.stoppedAt = performance.now();
        began.child.kill('SIGTERM');
        if (signals === 2) {
          // Two at the same moment would arrive as one.
          await sleep(100);
          began.child.kill('SIGTERM');
        }
        const exit = await Promise.race([
          began.exit,
          sleep(2 * limits.stopMs, 'still running', { ref: false }),
        ]);
        const seconds = Math.round(performance.now() - load.stoppedAt) / 1_000;
        load.isOver = true;
        await talking;
        stops.push({ starter, exit, seconds, answeredAfter: load.answeredAfter });
      }
      const { waiting, ...before } = finalsByConversation(dataDir);
      await target.setFaults({ dedupe: dropsRepeats });
      front.failNext(failures);
      bot = await startBotProcess(target, dataDir, env);
      while (finalsByConversation(dataDir).waiting > 0) await sleep(100);
      bot.child.kill('SIGTERM');
      const lastExit = await bot.exit;

      const { accepted, held } = finalsByConversation(dataDir);
      // The last bot meets no fault but connections that fail: only what was on the wire before it may become doubtful.
      const doubtfulAfter = Math.max(0, held.size - before.held.size - before.sending);
      const shown = await target.shown();
      const audit = readAudit(dataDir);
      const lost = answered.filter(
        (conversationId) => !accepted.has(conversationId) && !held.has(conversationId),
      ).length;
      const twice = [...accepted.values()].filter((count) => count > 1).length + (shown?.twice ?? 0);
      return {
        fault: dropsRepeats ? 'r9' : 'r9-hold',
        cards: answered.length,
        shown: shown?.distinct ?? null,
        lost,
        twice,
        outOfOrder: shown?.outOfOrder ?? null,
        held: held.size,
        doubtfulAfter,
        failedConnections: front.failed,
        kills: 0,
        stops,
        lastExit,
        waitingAtLastStart: waiting,
        wrongFinals: audit.wrongFinals,
        auditWhole: audit.isWhole,
        ok:
          lost === 0 &&
          twice === 0 &&
          waiting > 0 &&
          held.size <= (dropsRepeats ? 0 : rounds.length * mostOnTheWire) &&
          doubtfulAfter === 0 &&
          front.failed > 0 &&
          answered.length > 0 &&
          audit.wrongFinals === 0 &&
          audit.isWhole &&
          lastExit === 0 &&
          stops.every(
            (stop) =>
              // npm ends at once by the signal; the bot that it started ends after it.
              (stop.starter === 'npm' ? stop.exit !== 'still running' : stop.exit === 0) &&
              stop.seconds * 1_000 <= limits.stopMs &&
              stop.answeredAfter === 0,
          ),
      };
    } finally {
      bot?.kill();
      await channel.close();
    }
  });
}

/** Many conversations with a bot, one sentence in each, until the bot is gone. */
class Load {
  stoppedAt = Number.POSITIVE_INFINITY;
  isOver = false;
  /** Turns that were answered although they began well after the bot was told to stop. */
  answeredAfter = 0;
  readonly #botUrl: string;
  readonly #channelUrl: string;
  readonly #run: string;
  readonly #answered: string[];
  readonly #deafMs: number;
  #next = 0;

  constructor(botUrl: string, channelUrl: string, run: string, answered: string[], deafMs: number) {
    this.#botUrl = botUrl;
    this.#channelUrl = channelUrl;
    this.#run = run;
    this.#answered = answered;
    this.#deafMs = deafMs;
  }

  async talk(): Promise<void> {
    await Promise.all(Array.from({ length: turnsAtOnce }, () => this.#speak()));
  }

  async #speak(): Promise<void> {
    while (!this.isOver) {
      const conversationId = `${this.#run}-${this.#next}`;
      this.#next += 1;
      const begun = performance.now();
      if (!(await this.#isAnswered(conversationId))) {
        await sleep(10);
        continue;
      }
      this.#answered.push(conversationId);
      // What was begun a moment before the signal may be answered; what is begun well after it may not.
      if (begun > this.stoppedAt + this.#deafMs) this.answeredAfter += 1;
    }
  }

  async #isAnswered(conversationId: string): Promise<boolean> {
    try {
      const response = await fetch(`${this.#botUrl}/api/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...asGateway },
        body: JSON.stringify({
          type: 'message',
          id: conversationId,
          channelId: 'genesys',
          serviceUrl: this.#channelUrl,
          conversation: { id: conversationId },
          from: { id: 'customer' },
          recipient: { id: 'bot' },
          text: 'where is my order 12345?',
          locale: 'en-US',
          channelData: { genesys: { conversationId } },
        }),
      });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }
}
