import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../../cards/delivery/clock.ts';
import type { GenesysMessage } from '../../../../cards/formats/genesysContent.ts';
import type { Click } from '../../../../cards/readers/botFramework/click.ts';
import type { UrlPolicy } from '../../../../cards/richText/urlPolicy.ts';
import { runInOperation } from '../../../telemetry/operation.ts';
import { type Activity, createBegunActivity, type Reference } from '../../../turns/activity.ts';
import type { GenesysSession } from '../../../turns/genesysSession.ts';
import { throwPast } from '../../../turns/throwPast.ts';
import type { ConnectorOptions } from '../connector.ts';
import { boundsInWords } from '../session/bounds.ts';
import type { ConnectorEvents } from '../session/events.ts';
import type { RunningTurn } from '../session/request.ts';
import type { Requests, SessionTurn } from '../session/requests.ts';
import type { SessionRecord } from '../session/sessions.ts';
import { type Answer, goOn } from '../wire/answer.ts';
import { type Bot, findBot } from '../wire/botList.ts';
import type { Utterance } from '../wire/utterance.ts';
import { answerOf } from './answerOf.ts';
import { Clicks, isClickKey, type KeptClicks } from './clicks.ts';
import { answerForm, beginForm, type FormStep, type OpenForm } from './forms.ts';
import type { Sentences } from './ownWords.ts';
import { createTextMessage } from './ownWords.ts';
import { Reply, sessionFor } from './reply.ts';
import { createJoinedActivity, defaultChannelId, toActivity } from './toActivity.ts';
import { TurnOutput } from './turnOutput.ts';

/** What is kept of a session of a bot. */
export interface TurnRecord extends SessionRecord<GenesysMessage> {
  /** A form that is being filled in. */
  form?: OpenForm | undefined;
  /** What buttons mean whose payload does not say it by itself. */
  clicks: KeptClicks;
}

/** One activity for a bot, whose it is, and where what the bot sends goes. */
export interface BotTurn {
  activity: Activity;
  session: GenesysSession;
  output: TurnOutput;
}

/** Runs one turn of a bot to its end; what the bot throws is thrown unless a handler of the bot takes it. */
export type RunTurn = (turn: BotTurn) => Promise<void>;

/** What the turns of bots need beside what the options of the connector say. */
export interface BotTurnsOptions
  extends Pick<
    ConnectorOptions,
    'bots' | 'pictures' | 'turnLimitMs' | 'turnErrors' | 'channelId' | 'forms' | 'welcome'
  > {
  /** The bot's own logic, on the adapter of its SDK. */
  run: RunTurn;
  /** Does work in a session, and delivers what it answers. */
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

/** The turns of bots: those that a customer's utterance begins, and those that the bot begins itself. */
export class BotTurns {
  readonly #options: BotTurnsOptions;
  readonly #running = new Map<string, Turn>();

  constructor(options: BotTurnsOptions) {
    this.#options = options;
  }

  /** Begins the turn that an utterance leads to: the next question of a form, or a turn of the bot. */
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
   * Runs a turn that the bot begins. While a turn of the same session runs, it says its messages in that turn's answer:
   * what waits for it over HTTP would else wait for ever.
   *
   * @throws TypeError for a reference that names no session; CodedError `genesys.conversationEnded`; what the bot throws
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
      // Nobody waits for this turn: when it fails, the customer gets nothing.
      return throwPast((guarded) => this.#run(bot, { ...turn, reply }, [activity], guarded), run);
    });
  }

  /** Runs a turn to its end and makes its answer; messages that the bot begins meanwhile join it. */
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

  /** Fills the reply of a turn. Never throws: when the bot fails or hangs, a person takes over. */
  async #fill(turn: Turn, activities: readonly Activity[], run: RunTurn): Promise<void> {
    const { clock, turnLimitMs = 60_000, events } = this.#options;
    const { reply, eventAddress } = turn;
    const hangs = Promise.withResolvers<never>();
    const limit = clock.after(turnLimitMs, () =>
      hangs.reject(new TurnTooLong('The turn did not end in time.')),
    );
    try {
      const done = runInOperation({ id: eventAddress.operationId }, async () => {
        for (const activity of activities) await this.#runOne(turn, activity, run);
        await reply.joined();
      });
      await Promise.race([done, hangs.promise]);
      // The bot's own handler took the error; its developer sees it all the same.
      if (reply.error !== undefined) events.onFailed?.(eventAddress, reply.error.error);
    } catch (error) {
      reply.fail();
      events.onFailed?.(eventAddress, error);
    } finally {
      limit.cancel();
    }
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

  /** Ends a turn: its answer keeps what was said, and says sorry when the turn failed. */
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

/** What follows in a form: the utterance answers its question, or clicks on its action. */
function readFormStep(utterance: Utterance, { form }: TurnRecord, clicks: Clicks): FormStep | undefined {
  const { click, text, language } = utterance;
  const step = form === undefined ? undefined : answerForm(form, utterance, clicks);
  return step ?? beginForm(click?.payload ?? text, clicks, language);
}

/** The answer of a turn that showed one form: its first question follows. With several forms the customer chooses one. */
function withForm(answer: Answer<GenesysMessage>, { reply, record, address }: Turn): Answer<GenesysMessage> {
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
