import { randomUUID } from 'node:crypto';
import type { CheckedCard } from '../../../cards/checks/checkedCard.ts';
import { type Clock, systemClock } from '../../../cards/delivery/clock.ts';
import type { Outbox, OutgoingCard } from '../../../cards/delivery/outbox.ts';
import { CodedError } from '../../../cards/errors.ts';
import { formatGenesysMessage, type GenesysMessage } from '../../../cards/formats/genesysMessage.ts';
import { anyPublicHost, type UrlPolicy } from '../../../cards/richText/urlPolicy.ts';
import { MessageLimit } from '../../http/callers.ts';
import type { HostedPictures } from '../../turns/hostedPictures.ts';
import type { ConnectorEvents } from './session/events.ts';
import { LaterAnswers } from './session/laterAnswers.ts';
import { createRepeatKey } from './session/repeats.ts';
import { Requests } from './session/requests.ts';
import { createRecord, type SessionStorage, Sessions, type SessionsOptions } from './session/sessions.ts';
import { BotTurns, type RunTurn, type TurnRecord } from './turn/botTurns.ts';
import {
  createHoldingMessage,
  createTextMessage,
  type Sentences,
  sentencesFor,
  showAnswer,
} from './turn/ownWords.ts';
import { completeAnswer, goOn } from './wire/answer.ts';
import { type Bot, findVersion } from './wire/botList.ts';
import { createOutgoingMessage } from './wire/outgoingMessage.ts';

/** Options of the connector. */
export interface ConnectorOptions {
  bots: readonly Bot[];
  /** Stores sessions between turns: the storage of the bot's own state. */
  storage: SessionStorage;
  /** Keeps the order of a session's requests among instances that share the storage; default: one instance. */
  gate?: SessionsOptions<TurnRecord>['gate'];
  /** Delivers late answers and messages of v2 by calls to Genesys; without it they wait for the next turn, as on v1. */
  outbox?: Pick<Outbox, 'submit'> | undefined;
  /** Allowed hosts of links and pictures; default: any public https host. */
  policy?: UrlPolicy | undefined;
  /** Hosts pictures that the bot sends as bytes (`data:`); without it a sentence replaces them. */
  pictures?: HostedPictures | undefined;
  events?: ConnectorEvents | undefined;
  /** The connector's own sentences; default: English and German. */
  sentences?: ((language: string) => Sentences) | undefined;
  /**
   * Time from a request's arrival to its answer, in milliseconds; default 7,000. Genesys does not document Architect's limit on v1;
   * others have measured 8 to 11 s.
   */
  budgetMs?: number | undefined;
  /** Time after which a turn counts as hanging and a person takes over, in milliseconds; default 60,000. */
  turnLimitMs?: number | undefined;
  /**
   * Lets the bot greet a conversation that begins with a message: it receives a `conversationUpdate` with the customer added before
   * that message; default true.
   */
  welcome?: boolean | undefined;
  /**
   * The effect of an error of the bot: `handOff` (the default) hands the customer over to a person, `onTurnError` continues the session
   * with the message of the adapter's `onTurnError`. Without such a handler a person takes over in any case.
   */
  turnErrors?: 'handOff' | 'onTurnError' | undefined;
  /**
   * Asks for the fields of a form (an Adaptive Card with inputs) one by one, and sends them to the bot as the card would; default
   * true. With false the form's action is left out.
   */
  forms?: boolean | undefined;
  /** The Bot Framework channel that the bot sees; default `webchat`, so that prompts keep their buttons. */
  channelId?: string | undefined;
  /** Time after its answer in which a request with the same content is a repeat; default 3,000 ms. */
  repeatWindowMs?: number | undefined;
  /** Messages of one conversation per minute that the bot answers, and at once after a pause; default 100. */
  messagesPerMinute?: number | undefined;
  /** Key of the hashes by which repeats are recognized; instances that share `storage` need the same. Default: a random key. */
  repeatSecret?: string | undefined;
  clock?: Clock | undefined;
}

/** Answers Architect, and runs the turns that a bot begins. It knows no SDK. */
export interface Connector {
  answer: Requests<GenesysMessage, TurnRecord>['answer'];
  /** Runs a turn that the bot begins; see `BotTurns`. */
  begin: BotTurns['begin'];
  /** Finds how a card reaches a conversation outside a turn; undefined for one without a session. @throws CodedError `genesys.noSession` */
  sessionCard(conversationId: string): ReturnType<typeof sessionCardOf>;
  /** Resolves when no turn runs or waits, for an orderly stop. */
  idle(): Promise<void>;
}

/** Creates a connector around a bot, which `run` runs on the adapter of its SDK. */
export function createConnector(options: ConnectorOptions, run: RunTurn): Connector {
  const { bots, storage, gate, outbox, events = {}, clock = systemClock, sentences = sentencesFor } = options;
  const sessions = new Sessions<TurnRecord>({
    storage,
    gate,
    longestTurnMs: options.turnLimitMs,
    fresh: () => ({ ...createRecord(), clicks: {} }),
    inherit: (record, last) => {
      record.clicks = last.clicks;
    },
  });
  const callGenesys =
    outbox &&
    ((...answer: Parameters<typeof createOutgoingMessage>) =>
      outbox.submit(createOutgoingMessage(...answer)));
  const requests = new Requests<GenesysMessage, TurnRecord>({
    sessions,
    later: new LaterAnswers(callGenesys, events),
    respond: (...utterance) => turns.respond(...utterance),
    asksForLate: ({ click }) => click?.payload === showAnswer,
    own: {
      holding: (language) => createHoldingMessage(sentences(language)),
      nothingNew: (language) => createTextMessage(sentences(language).nothingNew),
      tooMany: (language) => createTextMessage(sentences(language).tooMany),
      failed: (language) => createTextMessage(sentences(language).failed),
    },
    limit: new MessageLimit({ now: () => clock.now(), perMinute: options.messagesPerMinute }),
    clock,
    events,
    budgetMs: options.budgetMs ?? 7_000,
    repeatWindowMs: options.repeatWindowMs ?? 3_000,
    repeatKey: createRepeatKey(options.repeatSecret ?? randomUUID()),
  });
  const policy = allowPictures(options.pictures, options.policy ?? anyPublicHost);
  const turns = new BotTurns({
    ...{ ...options, policy, clock, events, sentences, run },
    begin: (...work) => requests.begin(...work),
  });
  return {
    answer: (...request) => requests.answer(...request),
    begin: (...turn) => turns.begin(...turn),
    sessionCard: (conversationId) => sessionCardOf(sessions, bots, conversationId),
    idle: () => sessions.idle(),
  };
}

/** Returns a policy that also allows the hosted pictures. */
function allowPictures(pictures: HostedPictures | undefined, policy: UrlPolicy): UrlPolicy {
  if (pictures === undefined || policy.imageHosts === undefined) return policy;
  return { ...policy, imageHosts: [...policy.imageHosts, pictures.host] };
}

/** Creates the call that delivers a card to a session. */
export type SessionCard = (card: CheckedCard, operationId: string) => OutgoingCard;

/**
 * Finds how a card reaches a conversation outside a turn: by v2's call into its newest session. Undefined for a conversation that
 * never had a session with Architect.
 *
 * @throws CodedError `genesys.noSession` when its session is over, or belongs to v1, which has no such call
 */
async function sessionCardOf(
  sessions: Sessions<TurnRecord>,
  bots: readonly Bot[],
  conversationId: string,
): Promise<SessionCard | undefined> {
  const found = await Promise.all(
    bots.map(async (bot) => {
      const sessionId = await sessions.newestOf(bot.id, conversationId);
      return sessionId === undefined ? [] : [{ bot, record: await sessions.read(bot.id, sessionId) }];
    }),
  );
  const known = found.flat();
  if (known.length === 0) return undefined;
  for (const { bot, record } of known) {
    const { address, isOver } = record;
    if (address === undefined || isOver === true || address.route !== 'v2') continue;
    const version = findVersion(bot, address.botVersion);
    return (card, operationId) => {
      const answer = { ...goOn(formatGenesysMessage(card).messages), template: card.template };
      const { messageId } = card;
      return {
        ...createOutgoingMessage(address, completeAnswer(answer, version), version, operationId),
        messageId,
      };
    };
  }
  const isV1 = known.some(({ record: { address, isOver } }) => isOver !== true && address?.route === 'v1');
  throw new CodedError(
    'genesys.noSession',
    isV1
      ? 'The session is one of Bot Connector v1, which takes cards in the answer of a turn only.'
      : 'The session of this conversation with the bot is over.',
    { path: '$.conversationId' },
  );
}
