import { randomUUID } from 'node:crypto';
import { type Activity, ActivityTypes, type ConversationReference, TurnContext } from 'botbuilder';
import { CodedError } from '../../../../cards/errors.ts';
import type { Click } from '../../../../cards/readers/botFramework/click.ts';
import { newOperationId } from '../../../telemetry/operation.ts';
import type { TurnLogic } from '../botbuilder.ts';
import { type BotTurnOptions, botTurn, type Turn } from '../turn/botTurn.ts';
import { Clicks, isClickKey } from '../turn/clicks.ts';
import { answerForm, beginForm, type FormStep } from '../turn/forms.ts';
import { goOn, showAnswer } from '../turn/ownAnswers.ts';
import { Reply } from '../turn/reply.ts';
import { textMessage } from '../turn/textMessage.ts';
import { joinedActivity, toActivity } from '../turn/toActivity.ts';
import { type Answer, join } from '../wire/answer.ts';
import { type Bot, findBot, findVersion } from '../wire/botList.ts';
import type { Utterance } from '../wire/utterance.ts';
import { boundsInWords, mergeParameters } from './bounds.ts';
import { isEmpty, type LaterAnswers } from './laterAnswers.ts';
import { findRepeat, type RepeatKey, remember } from './repeats.ts';
import { addressOf, type Given, type Request } from './request.ts';
import type { SessionRecord, Sessions } from './sessions.ts';

/** What turns need. */
export interface TurnsOptions extends BotTurnOptions {
  bots: readonly Bot[];
  sessions: Sessions;
  later: LaterAnswers;
  /** Time after its answer in which a request with the same content is a repeat, in milliseconds. */
  repeatWindowMs: number;
  repeatKey: RepeatKey;
  /** The channel that the bot is told. */
  channelId: string;
  /** Whether the fields of forms are asked for. */
  forms: boolean;
  /** Whether a conversation that begins with a message is greeted first. */
  welcome: boolean;
}

/** The turns of sessions: those that a customer's utterance begins, and those that the bot begins itself. */
export class Turns {
  readonly #options: TurnsOptions;

  readonly #running = new Map<string, Turn>();

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /** Answers a request whose turn in its session has come, or brings the answer later when the request could not wait. */
  async take(request: Request, record: SessionRecord): Promise<void> {
    const { clock, repeatKey, repeatWindowMs, sentences, sessions, events, channelId, welcome } =
      this.#options;
    const { utterance, eventAddress, give } = request;
    const isNew = record.address === undefined;
    const address = addressOf(utterance);
    record.address = address;
    const { kept, left } = mergeParameters(record.parameters, utterance.parameters);
    record.parameters = kept;
    if (left > 0) {
      const what = `session variables that are not kept: ${left}, more than ${boundsInWords.parameters}`;
      events.onDegraded?.(address, [{ path: '$.parameters', what }]);
    }

    const key = repeatKey(utterance);
    const { correlationId } = eventAddress;
    const repeat = findRepeat(record.given, { key, correlationId }, clock.wall(), repeatWindowMs);
    if (repeat?.answer !== undefined) {
      give(repeat.answer, 'repeated');
      return;
    }
    const done = (given: Given | undefined): void => {
      if (given !== undefined && given !== 'acknowledged') record.isOver = given.state === 'Complete';
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

    record.isOver = false;
    const isKnown = isNew ? await sessions.inherit(utterance.bot.id, record, address) : true;
    const clicks = this.#clicksOf(record);
    const step = this.#formStep(utterance, record, clicks);
    if (step !== undefined && 'says' in step) {
      record.form = step.form;
      const given = give(join([record.late], goOn(step.says)), 'answered');
      if (given !== undefined) delete record.late;
      done(given);
      return;
    }
    delete record.form;
    const reply = new Reply(clicks);
    request.reply = reply;
    const { messageId: id = randomUUID(), version } = utterance;
    const now = new Date(clock.wall());
    const known = { now, isNew, channelId };
    const activity = toActivity(utterance, {
      ...known,
      id,
      clicked: step?.submits ?? clickOf(utterance, clicks),
    });
    const greets = welcome && !isKnown && activity.type !== ActivityTypes.ConversationUpdate;
    const joined = greets ? [joinedActivity(utterance, { ...known, id: randomUUID() })] : [];
    const turn = { activities: [...joined, activity], address, record, version, reply, eventAddress };
    const answer = withForm(await this.#run(utterance.bot, turn), turn);
    const given = give(join([record.late], answer), 'answered');
    if (given !== undefined) {
      delete record.late;
      done(given);
      return;
    }
    done(this.#options.later.canSend(address) ? 'acknowledged' : undefined);
    await this.#answerLater(request, record, answer);
  }

  #clicksOf(record: SessionRecord): Clicks {
    return new Clicks(record.clicks, { asksFields: this.#options.forms });
  }

  /** What follows in a form: the utterance answers its question, or clicks on its action. */
  #formStep(utterance: Utterance, record: SessionRecord, clicks: Clicks): FormStep | undefined {
    const { click, text, language } = utterance;
    const step = record.form === undefined ? undefined : answerForm(record.form, utterance, clicks);
    return step ?? beginForm(click?.payload ?? text, clicks, language);
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
    await this.#deliver({ address, version: utterance.version, eventAddress, record }, rest);
  }

  async #deliver(
    { address, version, eventAddress, record }: Pick<Turn, 'address' | 'version' | 'eventAddress' | 'record'>,
    answer: Answer,
  ): Promise<void> {
    await this.#options.later.deliver(address, answer, version, eventAddress, record);
    if (answer.state === 'Complete' && record.late === undefined) record.isOver = true;
  }

  /** Runs a turn; messages that the bot begins meanwhile join it. */
  async #run(bot: Bot, turn: Turn): Promise<Answer> {
    const key = keyOf(bot, turn.address.sessionId);
    const outer = this.#running.get(key);
    this.#running.set(key, turn);
    try {
      return await botTurn(this.#options, turn);
    } finally {
      if (outer === undefined) this.#running.delete(key);
      else this.#running.set(key, outer);
    }
  }

  /**
   * Runs a turn that the bot begins. While a turn of the same session runs, it says its messages in that turn's answer:
   * what waits for it over HTTP would else wait for ever. A session that is over is left for the newest one of the same
   * conversation.
   *
   * @throws CodedError `genesys.conversationEnded` when the conversation has no session that goes on; Error for a session
   * that is not known; what the bot throws
   */
  async begin(reference: Partial<ConversationReference>, logic: TurnLogic): Promise<void> {
    const { bots, sessions } = this.#options;
    const bot = findBot(bots, [reference.bot?.id]);
    const sessionId = reference.conversation?.id;
    if (bot === undefined || sessionId === undefined) throw new TypeError('The reference names no session.');
    const running = this.#running.get(keyOf(bot, sessionId));
    if (running !== undefined && !running.reply.isClosed) {
      return running.reply.join(this.#joinTurn(running, reference, logic));
    }
    const open = await this.#openSession(bot, sessionId);
    return sessions.run(bot.id, open, async (record) => {
      const { address } = record;
      if (address === undefined) throw new Error('The Genesys session is unknown.');
      if (record.isOver === true) throw ended();
      const version = findVersion(bot, address.botVersion);
      const reply = new Reply(this.#clicksOf(record));
      const { route, conversationId } = address;
      const eventAddress = { route, conversationId, sessionId: open, operationId: newOperationId() };
      const activities = [begunActivity(reference, open)];
      // Nobody waits for this turn: when it fails, the caller is told and the customer is left in peace.
      const { guarded, rethrow } = guardLogic(logic);
      const turn = { activities, address, record, version, reply, eventAddress };
      const answer = withForm(await this.#run(bot, { ...turn, logic: guarded }), turn);
      rethrow();
      if (!isEmpty(answer)) await this.#deliver(turn, answer);
    });
  }

  async #joinTurn(
    { address, record, reply }: Turn,
    reference: Partial<ConversationReference>,
    logic: TurnLogic,
  ): Promise<void> {
    const session = { ...address, parameters: record.parameters };
    const { guarded, rethrow } = guardLogic(logic);
    const activity = begunActivity(reference, address.sessionId);
    await this.#options.adapter.run({ activity, session, reply }, guarded);
    rethrow();
  }

  /** The session itself, or the newest of its conversation when it is over. */
  async #openSession(bot: Bot, sessionId: string): Promise<string> {
    const { sessions } = this.#options;
    const { address, isOver } = await sessions.read(bot.id, sessionId);
    if (address === undefined || isOver !== true) return sessionId;
    return (await sessions.newestOf(bot.id, address.conversationId)) ?? sessionId;
  }
}

function keyOf(bot: Bot, sessionId: string): string {
  return JSON.stringify([bot.id, sessionId]);
}

function ended(): CodedError {
  return new CodedError(
    'genesys.conversationEnded',
    'The Genesys session is over, and no newer one goes on.',
  );
}

/** Keeps the first error of a turn from the customer: it is for the caller. */
function guardLogic(logic: TurnLogic): { guarded: TurnLogic; rethrow: () => void } {
  const failures: unknown[] = [];
  return {
    guarded: (context) => logic(context).catch((error) => void failures.push(error)),
    rethrow: () => {
      if (failures.length > 0) throw failures[0];
    },
  };
}

/** What a bot gets in a turn that it begins itself, as from the SDK's own adapters. */
function begunActivity(reference: Partial<ConversationReference>, sessionId: string): Partial<Activity> {
  const event = { type: ActivityTypes.Event, name: 'continueConversation', id: randomUUID() };
  const activity = TurnContext.applyConversationReference(event, reference, true);
  return activity.conversation === undefined
    ? activity
    : { ...activity, conversation: { ...activity.conversation, id: sessionId } };
}

/** The answer of a turn that showed one form: its first question follows. With several forms the customer chooses one. */
function withForm(answer: Answer, { reply, record, address }: Turn): Answer {
  const [payload, ...more] = reply.clicks.forms;
  if (payload === undefined || more.length > 0 || answer.state !== 'MoreData') return answer;
  const step = beginForm(payload, reply.clicks, address.language);
  if (step === undefined || !('says' in step)) return answer;
  record.form = step.form;
  return { ...answer, messages: [...answer.messages, ...step.says] };
}

/** What a click means; of one that is no longer known its label is said. */
function clickOf({ click, text }: Utterance, clicks: Clicks): Click | undefined {
  if (click === undefined && !isClickKey(text)) return undefined;
  const { payload, label } = click ?? { payload: text, label: text };
  return clicks.meaningOf(payload) ?? { type: 'imBack', text: label };
}
