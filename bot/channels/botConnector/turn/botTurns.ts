import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../../cards/delivery/clock.ts';
import type { GenesysMessage } from '../../../../cards/formats/genesysMessage.ts';
import type { Click } from '../../../../cards/readers/botFramework/click.ts';
import type { UrlPolicy } from '../../../../cards/richText/urlPolicy.ts';
import { runInOperation } from '../../../telemetry/operation.ts';
import { type Activity, createBegunActivity, type Reference, throwPast } from '../../../turns/activity.ts';
import type { GenesysSession } from '../../../turns/turnState.ts';
import type { ConnectorOptions } from '../connector.ts';
import { boundsInWords } from '../session/bounds.ts';
import type { ConnectorEvents } from '../session/events.ts';
import type { RunningTurn, SessionTurn } from '../session/request.ts';
import type { Requests } from '../session/requests.ts';
import type { SessionRecord } from '../session/sessions.ts';
import { type Answer, goOn } from '../wire/answer.ts';
import { type Bot, findBot } from '../wire/botList.ts';
import type { Utterance } from '../wire/utterance.ts';
import { answerOf } from './answerOf.ts';
import { Clicks, isClickKey, type KeptClicks } from './clicks.ts';
import { answerForm, beginForm, type FormStep, type OpenForm } from './forms.ts';
import { createTextMessage, type Sentences } from './ownWords.ts';
import { Reply, sessionFor } from './reply.ts';
import { createJoinedActivity, defaultChannelId, toActivity } from './toActivity.ts';
import { TurnOutput } from './turnOutput.ts';

/** The record of a bot's session. */
export interface TurnRecord extends SessionRecord<GenesysMessage> {
  /** The form that the customer fills in. */
  form?: OpenForm | undefined;
  /** The clicks whose payload is a key. */
  clicks: KeptClicks;
}

/** One activity for a bot, its session, and the output that receives the bot's activities. */
export interface BotTurn {
  activity: Activity;
  session: GenesysSession;
  output: TurnOutput;
}

/** Runs one turn of a bot to its end. @throws the error of the bot, unless a handler of the bot catches it */
export type RunTurn = (turn: BotTurn) => Promise<void>;

/** Options of the turns. */
export interface BotTurnsOptions
  extends Pick<
    ConnectorOptions,
    'bots' | 'pictures' | 'turnLimitMs' | 'turnErrors' | 'channelId' | 'forms' | 'welcome'
  > {
  /** Runs the bot's own logic on the adapter of its SDK. */
  run: RunTurn;
  /** Runs work in a session, and delivers its answer. */
  begin: Requests<GenesysMessage, TurnRecord>['begin'];
  policy: UrlPolicy;
  clock: Clock;
  events: ConnectorEvents;
  sentences: (language: string) => Sentences;
}

interface Turn extends SessionTurn<TurnRecord> {
  reply: Reply;
}

/** A turn took longer than the connector waits for one. */
class TurnTooLong extends Error {
  override readonly name = 'TurnTooLong';
}

/** Runs the turns of bots: the turns that a customer's utterance begins, and the turns that the bot begins itself. */
export class BotTurns {
  readonly #options: BotTurnsOptions;
  readonly #running = new Map<string, Turn>();

  constructor(options: BotTurnsOptions) {
    this.#options = options;
  }

  /** Begins the turn of an utterance: the next question of a form, or a turn of the bot. */
  respond(
    utterance: Utterance,
    turn: SessionTurn<TurnRecord>,
    { isNew, isKnown }: { isNew: boolean; isKnown: boolean },
  ): RunningTurn<GenesysMessage> {
    const { clock, channelId = defaultChannelId, welcome = true, run } = this.#options;
    const { record } = turn;
    const clicks = this.#clicksOf(record);
    const step = readFormStep(utterance, record, clicks);
    if (step !== undefined && 'says' in step) {
      record.form = step.form;
      return { take: () => [], answer: Promise.resolve(goOn(step.says)) };
    }
    delete record.form;
    const { messageId: id = randomUUID() } = utterance;
    const known = { now: new Date(clock.wall()), isNew, channelId };
    const clicked = step?.submits ?? clickOf(utterance, clicks);
    const activity = toActivity(utterance, { ...known, id, clicked });
    const greets = welcome && !isKnown && activity.type !== 'conversationUpdate';
    const joined = greets ? [createJoinedActivity(utterance, { ...known, id: randomUUID() })] : [];
    const reply = new Reply(clicks);
    const answer = this.#run(utterance.bot, { ...turn, reply }, [...joined, activity], run);
    return { take: () => reply.take(), answer };
  }

  /**
   * Runs a turn that the bot begins. While another turn of the session runs, the messages become a part of its answer: otherwise the
   * turn could wait for itself over HTTP.
   *
   * @throws TypeError for a reference that names no session; CodedError `genesys.conversationEnded`; the error of the bot
   */
  async begin(reference: Reference, run: RunTurn): Promise<void> {
    const bot = findBot(this.#options.bots, [reference.bot?.id]);
    const sessionId = reference.conversation?.id;
    if (bot === undefined || sessionId === undefined) throw new TypeError('The reference names no session.');
    const running = this.#running.get(keyOf(bot, sessionId));
    if (running !== undefined && !running.reply.isClosed) {
      const activity = createBegunActivity(reference, sessionId);
      return running.reply.join(this.#runOne(running, activity, run));
    }
    return this.#options.begin(bot, sessionId, (turn) => {
      const activity = createBegunActivity(reference, turn.address.sessionId);
      const reply = new Reply(this.#clicksOf(turn.record));
      // The customer does not wait for this turn, so its failure sends no apology.
      return throwPast((guarded) => this.#run(bot, { ...turn, reply }, [activity], guarded), run);
    });
  }

  /** Runs a turn to its end and creates its answer; turns that the bot begins meanwhile join it. */
  async #run(
    bot: Bot,
    turn: Turn,
    activities: readonly Activity[],
    run: RunTurn,
  ): Promise<Answer<GenesysMessage>> {
    const key = keyOf(bot, turn.address.sessionId);
    const outer = this.#running.get(key);
    this.#running.set(key, turn);
    try {
      await this.#fill(turn, activities, run);
    } finally {
      if (outer === undefined) this.#running.delete(key);
      else this.#running.set(key, outer);
    }
    return withForm(this.#close(turn), turn);
  }

  /** Fills the reply of a turn. Never throws: a person takes over when the bot fails or hangs. */
  async #fill(turn: Turn, activities: readonly Activity[], run: RunTurn): Promise<void> {
    const { clock, turnLimitMs = 60_000, events } = this.#options;
    const { reply, eventAddress } = turn;
    const hangs = Promise.withResolvers<never>();
    const limit = clock.after(turnLimitMs, () =>
      hangs.reject(new TurnTooLong('The turn did not end in time.')),
    );
    const errors: unknown[] = [];
    try {
      const done = runInOperation({ id: eventAddress.operationId }, async () => {
        for (const activity of activities) await this.#runOne(turn, activity, run);
        await reply.joined();
      });
      await Promise.race([done, hangs.promise]);
    } catch (error) {
      reply.fail();
      errors.push(error);
    } finally {
      limit.cancel();
    }
    // The bot's own handler may have caught its error or thrown another one, and the SDK may have replaced it.
    if (reply.error !== undefined) errors.unshift(reply.error.error);
    for (const error of new Set(errors)) events.onFailed?.(eventAddress, error);
  }

  async #runOne(turn: Turn, activity: Activity, run: RunTurn): Promise<void> {
    const one = this.#botTurn(turn, activity);
    await run(one);
    one.output.finish();
  }

  #botTurn({ address, record, reply }: Turn, activity: Activity): BotTurn {
    const { policy, pictures, events, turnErrors } = this.#options;
    const output = new TurnOutput({
      reply,
      policy,
      locale: activity.locale,
      onDegraded: (changes) => events.onDegraded?.(address, changes),
      handsOffErrors: turnErrors !== 'onTurnError',
      keepPictures: pictures && ((one) => pictures.keep(address.conversationId, one)),
    });
    return { activity, session: sessionFor({ ...address, parameters: record.parameters }, reply), output };
  }

  /** Closes a turn and returns its answer, with an apology when the turn failed. */
  #close({ address, version, reply }: Turn): Answer<GenesysMessage> {
    const { sentences, events } = this.#options;
    reply.close(createTextMessage(sentences(address.language).failed));
    const { answer, changes } = answerOf(reply, version, address.language);
    if (reply.leftParameters > 0) {
      const what = `parameters discarded: ${reply.leftParameters}; more than ${boundsInWords.parameters}`;
      changes.push({ path: '$.parameters', what });
    }
    if (changes.length > 0) events.onDegraded?.(address, changes);
    return answer;
  }

  #clicksOf({ clicks }: TurnRecord): Clicks {
    return new Clicks(clicks, { asksFields: this.#options.forms ?? true });
  }
}

function keyOf(bot: Bot, sessionId: string): string {
  return JSON.stringify([bot.id, sessionId]);
}

/** Returns the step of a form: the utterance answers its question, or clicks on its action. */
function readFormStep(utterance: Utterance, { form }: TurnRecord, clicks: Clicks): FormStep | undefined {
  const { click, text, language } = utterance;
  const step = form === undefined ? undefined : answerForm(form, utterance, clicks);
  return step ?? beginForm(click?.payload ?? text, clicks, language);
}

/** Adds the first question to the answer of a turn that shows one form. With several forms, the customer chooses one. */
function withForm(answer: Answer<GenesysMessage>, { reply, record, address }: Turn): Answer<GenesysMessage> {
  const [payload, ...more] = reply.clicks.forms;
  if (payload === undefined || more.length > 0 || answer.state !== 'MoreData') return answer;
  const step = beginForm(payload, reply.clicks, address.language);
  if (step === undefined || !('says' in step)) return answer;
  record.form = step.form;
  return { ...answer, messages: [...answer.messages, ...step.says] };
}

/** Returns the click of an utterance. A click that is no longer known sends its label as a text. */
function clickOf({ click, text }: Utterance, clicks: Clicks): Click | undefined {
  if (click === undefined && !isClickKey(text)) return undefined;
  const { payload, label } = click ?? { payload: text, label: text };
  return clicks.meaningOf(payload) ?? { type: 'imBack', text: label };
}
