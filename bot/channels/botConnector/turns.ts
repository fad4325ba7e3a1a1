import { randomUUID } from 'node:crypto';
import { ActivityTypes, type ConversationReference, TurnContext } from 'botbuilder';
import type { Click } from '../../../cards/formats/botFramework/click.ts';
import { newOperationId } from '../../telemetry/operation.ts';
import { type Answer, join } from './answer.ts';
import { type Bot, findBot, findVersion } from './botList.ts';
import { type BotTurnOptions, botTurn } from './botTurn.ts';
import { Clicks, isClickKey } from './clicks.ts';
import type { TurnLogic } from './genesysAdapter.ts';
import { isEmpty, type LaterAnswers } from './laterAnswers.ts';
import { goOn, showAnswer } from './ownAnswers.ts';
import { findRepeat, remember, repeatKey } from './repeats.ts';
import { Reply } from './reply.ts';
import { addressOf, type Given, type Request } from './request.ts';
import type { SessionRecord, Sessions } from './sessions.ts';
import { textMessage } from './textMessage.ts';
import { toActivity } from './toActivity.ts';
import { maxParameters, type Utterance } from './utterance.ts';

/** What turns need. */
export interface TurnsOptions extends BotTurnOptions {
  bots: readonly Bot[];
  sessions: Sessions;
  later: LaterAnswers;
  /** Time after its answer in which a request with the same content is a repeat, in milliseconds. */
  repeatWindowMs: number;
  /** The channel that the bot is told. */
  channelId: string;
}

/** The turns of sessions: those that a customer's utterance begins, and those that the bot begins itself. */
export class Turns {
  readonly #options: TurnsOptions;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /** Answers a request whose turn in its session has come, or brings the answer later when the request could not wait. */
  async take(request: Request, record: SessionRecord): Promise<void> {
    const { clock, repeatWindowMs, sentences, sessions, channelId } = this.#options;
    const { utterance, eventAddress, give } = request;
    const isNew = record.address === undefined;
    const address = addressOf(utterance);
    record.address = address;
    const merged = Object.entries({ ...record.parameters, ...utterance.parameters });
    record.parameters = Object.fromEntries(merged.slice(0, maxParameters));

    const key = repeatKey(utterance);
    const { correlationId } = eventAddress;
    const repeat = findRepeat(record.given, { key, correlationId }, clock.wall(), repeatWindowMs);
    if (repeat?.answer !== undefined) {
      give(repeat.answer, 'repeated');
      return;
    }
    const done = (given: Given | undefined): void => {
      record.given = remember(record.given, { key, correlationId, at: clock.wall(), answer: given });
    };
    const asksForLate = utterance.click?.payload === showAnswer;
    // A session that has ended takes no further utterance: the flow calls the bot anew.
    if (repeat !== undefined || asksForLate || record.late?.state === 'Complete') {
      const nothing = asksForLate ? [textMessage(sentences(utterance.language).nothingNew)] : [];
      const given = give(record.late ?? goOn(nothing), 'late');
      if (given !== undefined) delete record.late;
      done(given);
      return;
    }

    if (isNew) await sessions.inherit(utterance.bot.id, record);
    const clicks = new Clicks(record.clicks);
    const reply = new Reply(clicks);
    request.reply = reply;
    const { messageId: id = randomUUID(), version } = utterance;
    const now = new Date(clock.wall());
    const activity = toActivity(utterance, {
      id,
      now,
      isNew,
      channelId,
      clicked: clickOf(utterance, clicks),
    });
    const answer = await botTurn(this.#options, { activity, address, record, version, reply, eventAddress });
    const given = give(join([record.late], answer), 'answered');
    if (given !== undefined) {
      delete record.late;
      done(given);
      return;
    }
    done(this.#options.later.canSend(address) ? 'acknowledged' : undefined);
    await this.#answerLater(request, record, answer);
  }

  async #answerLater(request: Request, record: SessionRecord, answer: Answer): Promise<void> {
    const { utterance, eventAddress, sentAhead } = request;
    const { later } = this.#options;
    const address = addressOf(utterance);
    const unsent = await sentAhead;
    const rest = join([record.late, unsent], answer);
    // A flow that was acknowledged waits for a call, even for one that says nothing.
    if (isEmpty(rest) && (!later.canSend(address) || sentAhead !== undefined)) return;
    delete record.late;
    await later.deliver(address, rest, utterance.version, eventAddress, record);
  }

  /** Runs a turn that the bot begins. @throws when the session is not known, or what the bot throws */
  async begin(reference: Partial<ConversationReference>, logic: TurnLogic): Promise<void> {
    const { bots, sessions, later } = this.#options;
    const bot = findBot(bots, [reference.bot?.id]);
    const sessionId = reference.conversation?.id;
    if (bot === undefined || sessionId === undefined) throw new TypeError('The reference names no session.');
    await sessions.run(bot.id, sessionId, async (record) => {
      const { address } = record;
      if (address === undefined) throw new Error('The Genesys session is unknown.');
      const version = findVersion(bot, address.botVersion);
      const reply = new Reply(new Clicks(record.clicks));
      const { route, conversationId } = address;
      const eventAddress = { route, conversationId, sessionId, operationId: newOperationId() };
      const event = { type: ActivityTypes.Event, name: 'continueConversation', id: randomUUID() };
      const activity = TurnContext.applyConversationReference(event, reference, true);
      const failures: unknown[] = [];
      // Nobody waits for this turn: when it fails, the caller is told and the customer is left in peace.
      const guarded: TurnLogic = (context) => logic(context).catch((error) => void failures.push(error));
      const options = { ...this.#options, logic: guarded };
      const answer = await botTurn(options, { activity, address, record, version, reply, eventAddress });
      if (failures.length > 0) throw failures[0];
      if (!isEmpty(answer)) await later.deliver(address, answer, version, eventAddress, record);
    });
  }
}

/** What a click means; of one that is no longer known its label is said. */
function clickOf({ click, text }: Utterance, clicks: Clicks): Click | undefined {
  if (click === undefined && !isClickKey(text)) return undefined;
  const { payload, label } = click ?? { payload: text, label: text };
  return clicks.meaningOf(payload) ?? { type: 'imBack', text: label };
}
