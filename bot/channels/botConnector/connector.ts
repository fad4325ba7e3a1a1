import { randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '../../../cards/delivery/clock.ts';
import type { Outbox } from '../../../cards/delivery/outbox.ts';
import type { GenesysMessage } from '../../../cards/formats/genesysContent.ts';
import { anyPublicHost, type UrlPolicy } from '../../../cards/richText/urlPolicy.ts';
import { MessageLimit } from '../../http/messageLimit.ts';
import type { HostedPictures } from '../../turns/hostedPictures.ts';
import type { ConnectorEvents } from './session/events.ts';
import { LaterAnswers } from './session/laterAnswers.ts';
import { createRepeatKey } from './session/repeats.ts';
import { Requests } from './session/requests.ts';
import { createRecord, type SessionStorage, Sessions, type SessionsOptions } from './session/sessions.ts';
import { sessionCardOf } from './sessionCards.ts';
import { BotTurns, type RunTurn, type TurnRecord } from './turn/botTurns.ts';
import {
  createHoldingMessage,
  createTextMessage,
  type Sentences,
  sentencesFor,
  showAnswer,
} from './turn/ownWords.ts';
import type { Bot } from './wire/botList.ts';
import { createOutgoingMessage } from './wire/outgoingMessage.ts';

/** How the connector runs turns. */
export interface ConnectorOptions {
  bots: readonly Bot[];
  /** Keeps sessions between turns: the storage of the bot's own state. */
  storage: SessionStorage;
  /** Keeps the order of a session among instances that share the storage; default: one instance. */
  gate?: SessionsOptions<TurnRecord>['gate'];
  /** For v2's own calls; without it a v2 answer that is late comes with the next turn, as on v1. */
  outbox?: Pick<Outbox, 'submit'> | undefined;
  /** Allowed hosts of links and pictures; default: any public https host. */
  policy?: UrlPolicy | undefined;
  /** Serves pictures that the bot sends as their bytes (`data:`); without it a sentence stands in their place. */
  pictures?: HostedPictures | undefined;
  events?: ConnectorEvents | undefined;
  /** What the connector itself says; default: English and German. */
  sentences?: ((language: string) => Sentences) | undefined;
  /**
   * Time from a request's arrival to its answer, in milliseconds; default 7,000. Architect's own limit on v1 is not
   * published; measurements by others say 8 to 11 s.
   */
  budgetMs?: number | undefined;
  /** Time after which a turn counts as hanging and a person takes over, in milliseconds; default 60,000. */
  turnLimitMs?: number | undefined;
  /**
   * Lets the bot greet a conversation that begins with a message: it gets a `conversationUpdate` with the customer added
   * before that message; default true.
   */
  welcome?: boolean | undefined;
  /**
   * What becomes of an error of the bot: `handOff` (the default) hands the customer over to a person, `onTurnError` lets the
   * session go on with what the adapter's `onTurnError` says. Without such a handler a person takes over in any case.
   */
  turnErrors?: 'handOff' | 'onTurnError' | undefined;
  /**
   * Asks for the fields of a form (an Adaptive Card with inputs) one by one, and sends them as the card would; default true.
   * Else its action is left out.
   */
  forms?: boolean | undefined;
  /** The Bot Framework channel that the bot sees; default `webchat`, so that prompts keep their buttons. */
  channelId?: string | undefined;
  /** Time after its answer in which a request with the same content is a repeat; default 3,000 ms. */
  repeatWindowMs?: number | undefined;
  /** Messages of one conversation that are answered by the bot in a minute, and at once after a rest; default 100. */
  messagesPerMinute?: number | undefined;
  /** Keys the hashes by which repeats are known; instances that share `storage` need the same. Default: a random one. */
  repeatSecret?: string | undefined;
  clock?: Clock | undefined;
}

/** Answers Architect, and runs the turns that a bot begins; it knows no SDK. */
export interface Connector {
  answer: Requests<GenesysMessage, TurnRecord>['answer'];
  /** Runs a turn that the bot begins; see `BotTurns`. */
  begin: BotTurns['begin'];
  /** How a card reaches a conversation in which no turn runs; see `sessionCardOf`. */
  sessionCard(conversationId: string): ReturnType<typeof sessionCardOf>;
  /** Resolves when no turn runs and none waits. */
  idle(): Promise<void>;
}

/** Puts a connector together around a bot, which `run` runs on the adapter of its SDK. */
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
    outbox === undefined
      ? undefined
      : (...answer: Parameters<typeof createOutgoingMessage>) =>
          outbox.submit(createOutgoingMessage(...answer));
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
  const policy = withPicturesOf(options.pictures, options.policy ?? anyPublicHost);
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

/** The policy under which hosted pictures are allowed, too. */
function withPicturesOf(pictures: HostedPictures | undefined, policy: UrlPolicy): UrlPolicy {
  if (pictures === undefined || policy.imageHosts === undefined) return policy;
  return { ...policy, imageHosts: [...policy.imageHosts, pictures.host] };
}
