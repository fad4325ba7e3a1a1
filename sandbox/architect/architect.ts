import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Conversation } from '../conversations/conversations.ts';
import type { Door, Utterance } from '../conversations/turn.ts';
import { ApiError } from '../http/apiError.ts';
import type { Call } from '../http/call.ts';
import { type Problem, parseOrRefuse, problemsOf } from '../http/jsonPath.ts';
import { deliver } from '../platform/deliveryRoute.ts';
import { bodyLimit, complain, type Platform, pause } from '../platform/platform.ts';
import {
  type Answer,
  BrokenAnswer,
  outgoingSchema,
  readV1Answer,
  readV2Answer,
  ruleOfAnswer,
} from './answerRules.ts';
import { askBot, type BotAnswer } from './askBot.ts';
import { BotLists } from './botLists.ts';
import { BotSession } from './flow.ts';
import { bodyOfIncoming, incomingSchema } from './incomingMessage.ts';
import type { RuleNumber } from './rules.ts';
import { createV1Request, createV2Request } from './utteranceRequest.ts';

const mostSessions = 10_000;

/** Architect's stand-in: an inbound message flow whose one action calls the bot, over and over. */
export class Architect {
  readonly lists: BotLists;
  readonly #platform: Platform;
  readonly #byId = new Map<string, BotSession>();
  readonly #current = new WeakMap<Conversation, BotSession>();
  readonly #turns = new WeakMap<Conversation, Promise<unknown>>();

  constructor(platform: Platform) {
    this.#platform = platform;
    this.lists = new BotLists(platform);
  }

  /** route=v1: the action Call Bot Connector. */
  readonly v1: Door = (_, conversation, utterance) =>
    this.#inTurn(conversation, async () => {
      const session = await this.#session(conversation, 'v1');
      const timeoutMs =
        this.#platform.faults.settings.architectTimeoutMs ?? this.#platform.architectTimeoutMs.v1;
      const body = createV1Request(session, utterance);
      const path = this.#platform.connector.paths.v1;
      this.#takeAnswer(session, await askBot(this.#platform, { method: 'POST', path, body, timeoutMs }));
    });

  /** route=v2: the action Call Digital Bot Connector. */
  readonly v2: Door = (_, conversation, utterance) =>
    this.#inTurn(conversation, () => this.#digitalTurn(conversation, utterance));

  async #digitalTurn(conversation: Conversation, utterance: Utterance): Promise<void> {
    const session = await this.#session(conversation, 'v2');
    const messageId = randomUUID();
    await this.#askDigital(session, createV2Request(session, utterance, messageId));
  }

  async #askDigital(session: BotSession, body: object): Promise<void> {
    const timeoutMs =
      this.#platform.faults.settings.architectTimeoutMs ?? this.#platform.architectTimeoutMs.v2;
    const late = pause(timeoutMs).then(() => 'late' as const);
    // Waited for from here on: the bot's own call may overtake the acknowledgement.
    const later = new Promise<'later'>((resolve) => {
      session.onAnswer = () => resolve('later');
    });
    const path = `${this.#platform.connector.paths.v2}/messages`;
    const answer = await askBot(this.#platform, { method: 'POST', path, body, timeoutMs });
    if (this.#platform.faults.settings.repeatMessages)
      await askBot(this.#platform, { method: 'POST', path, body, timeoutMs });
    const isAcknowledged =
      answer.kind === 'answer' &&
      answer.body === undefined &&
      (answer.status === 200 || answer.status === 202);
    if (!isAcknowledged) return this.#takeAnswer(session, answer);
    if ((await Promise.race([later, late])) === 'late') this.#takeAnswer(session, { kind: 'timed out' }, 52);
  }

  /** `POST /api/v2/integrations/botconnectors/outgoing/messages`: a v2 bot's later answer. */
  readonly outgoing = (call: Call): Promise<void> =>
    deliver(this.#platform, call, async () => {
      const body = await call.json(bodyLimit);
      let session: BotSession | undefined;
      try {
        const sent = readOutgoing(body);
        session = this.#byId.get(sent.botSessionId);
        if (!session || session.hasEnded) {
          throw new ApiError(404, 'bot.session.not.found', 'The bot session is not known or is over', {
            rule: 51,
          });
        }
        if (sent.botId !== session.bot.id)
          throw new ApiError(400, 'bad.request', 'botId: not the bot of this session', { rule: 51 });
        session.take(readOrRefuse(body, session));
      } catch (error) {
        if (error instanceof ApiError) {
          const path = error.details[0]?.fieldName ?? '';
          const message = `${error.status} ${error.code}: ${error.details[0]?.errorCode ?? error.message}`;
          complain(this.#platform, session?.conversation, {
            where: 'v2 outgoing message',
            path,
            message,
            ...(error.rule === undefined ? {} : { rule: error.rule }),
          });
        }
        throw error;
      }
      session.onAnswer();
      return { messageId: randomUUID() };
    });

  /**
   * `POST /api/v2/integrations/botconnectors/incoming/messages`: a message that is handed to a v2 bot from outside. A
   * conversation and a bot session that are not known begin.
   */
  readonly incoming = async (call: Call): Promise<void> => {
    this.#platform.tokens.of(call);
    const message = parseOrRefuse(incomingSchema, await call.json(bodyLimit));
    const { conversations } = this.#platform;
    const conversation =
      conversations.find(message.conversationId) ??
      conversations.create({ id: message.conversationId, route: 'v2', locale: message.languageCode });
    const messageId = randomUUID();
    const { text = '', content } = message.inputMessage;
    conversations.add(
      conversation,
      { direction: 'Inbound', text, ...(content ? { content } : {}) },
      messageId,
    );
    void this.#inTurn(conversation, async () => {
      const known = this.#byId.get(message.botSessionId);
      const session = known && !known.hasEnded ? known : await this.#beginIncoming(conversation, message);
      await this.#askDigital(session, bodyOfIncoming(message, messageId));
    });
    call.answer(200, { messageId });
  };

  async #beginIncoming(
    conversation: Conversation,
    { botId, botName, botVersion, botSessionId }: z.infer<typeof incomingSchema>,
  ): Promise<BotSession> {
    const listed = await this.lists.v2();
    const bot = { ...listed, id: botId, name: botName, version: botVersion };
    return this.#keep(new BotSession(this.#platform, conversation, bot, 'v2', botSessionId));
  }

  clear(): void {
    this.lists.clear();
    this.#byId.clear();
  }

  /** One utterance of a conversation after the other, as a flow does. */
  async #inTurn(conversation: Conversation, turn: () => Promise<void>): Promise<boolean> {
    const before = this.#turns.get(conversation) ?? Promise.resolve();
    const now = before.then(turn);
    this.#turns.set(
      conversation,
      now.catch(() => {}),
    );
    await now;
    return true;
  }

  async #session(conversation: Conversation, door: 'v1' | 'v2'): Promise<BotSession> {
    const current = this.#current.get(conversation);
    if (current && !current.hasEnded) return current;
    return this.#keep(new BotSession(this.#platform, conversation, await this.lists[door](), door));
  }

  /** From now on a conversation is this session's. */
  #keep(session: BotSession): BotSession {
    const before = this.#current.get(session.conversation);
    if (before) this.#byId.delete(before.id);
    this.#current.set(session.conversation, session);
    this.#byId.set(session.id, session);
    const oldest = this.#byId.size > mostSessions ? this.#byId.keys().next().value : undefined;
    if (oldest !== undefined) this.#byId.delete(oldest);
    return session;
  }

  #takeAnswer(session: BotSession, answer: BotAnswer, late: RuleNumber = 1): void {
    const rulesOfCall = { 'timed out': late, unreachable: 5, 'not JSON': 3, 'too large': 4 } as const;
    try {
      if (answer.kind !== 'answer')
        throw new BrokenAnswer([{ path: '', message: answer.kind, rule: rulesOfCall[answer.kind] }]);
      if (answer.status !== 200)
        throw new BrokenAnswer([{ path: '', message: `HTTP status ${answer.status}`, rule: 2 }]);
      const read = session.door === 'v1' ? readV1Answer : readV2Answer;
      session.take(read(answer.body, session.bot.intents));
    } catch (error) {
      if (!(error instanceof BrokenAnswer)) throw error;
      if (answer.kind !== 'answer') this.#platform.stats.botFailures += 1;
      session.complain(error.problems);
      session.fail('InternalServerError');
    }
  }
}

/** A broken answer of the bot's own call is the caller's 400. */
function readOrRefuse(body: unknown, session: BotSession): Answer {
  try {
    return readV2Answer(body, session.bot.intents);
  } catch (error) {
    if (!(error instanceof BrokenAnswer)) throw error;
    throw refusalOf(error.problems[0] ?? { path: '', message: error.message });
  }
}

function readOutgoing(body: unknown): z.infer<typeof outgoingSchema> {
  const parsed = outgoingSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [problem = { path: '', message: 'not valid' }] = problemsOf(parsed.error, '', ruleOfAnswer);
  throw refusalOf(problem);
}

const refusalOf = ({ path, message, rule }: Problem): ApiError =>
  new ApiError(400, 'bad.request', path === '' ? message : `${path}: ${message}`, {
    details: [{ errorCode: message, fieldName: path }],
    ...(rule === undefined ? {} : { rule }),
  });
