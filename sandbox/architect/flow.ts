import { randomUUID } from 'node:crypto';
import { handOver } from '../conversations/agent.ts';
import type { Conversation } from '../conversations/conversations.ts';
import type { Problem } from '../http/jsonPath.ts';
import { keepLast } from '../keepLast.ts';
import { complain, type Platform } from '../platform/platform.ts';
import type { Answer } from './answerRules.ts';
import type { ListedBot } from './botLists.ts';

/** The intent that this flow takes for the wish to be handed over to a person. */
const handOffIntent = 'handoff';

/** How often the same intent may come in a row without a slot changing. */
const mostEqualIntents = 3;

/** A bot session inside a flow: from the first utterance until the bot is done or fails. */
export class BotSession {
  readonly id: string;
  readonly conversation: Conversation;
  readonly bot: ListedBot;
  readonly door: 'v1' | 'v2';
  isFirstTurn = true;
  hasEnded = false;
  /** Called when an answer arrives in a call of the bot. */
  onAnswer = () => {};
  readonly #platform: Platform;
  #equalIntents = 0;
  #last = '';

  constructor(
    platform: Platform,
    conversation: Conversation,
    bot: ListedBot,
    door: 'v1' | 'v2',
    id: string = randomUUID(),
  ) {
    this.id = id;
    this.#platform = platform;
    this.conversation = conversation;
    this.bot = bot;
    this.door = door;
  }

  /** Shows what the bot said and lets the flow go on where the answer sends it. */
  take(answer: Answer): void {
    this.complain(answer.problems);
    const isReversed = this.door === 'v2' && this.#platform.faults.settings.reverseMessages;
    const inOrder = isReversed ? answer.said.toReversed() : answer.said;
    for (const said of inOrder) this.#platform.conversations.add(this.conversation, said);
    if (answer.state === 'Failed') this.fail(answer.errorCode ?? 'InternalServerError', answer);
    else if (answer.state === 'Complete')
      this.#leave(`Flow continued: intent ${answer.intent}`, 'intent', answer);
    // Only v1 is known to have this guard.
    else if (this.door === 'v1' && this.#isStuck(answer)) {
      this.complain([
        {
          path: 'intent',
          message: `the same intent more than ${mostEqualIntents} times in a row`,
          rule: 14,
        },
      ]);
      this.fail('NoMatchError', answer);
    }
  }

  /** The flow takes the Failure output of the bot action. */
  fail(errorType: string, answer?: Answer): void {
    this.#leave(`Flow took the failure branch: ${errorType}`, 'failure', {
      intent: errorType,
      ...createFlowData(answer),
    });
  }

  complain(problems: readonly Problem[]): void {
    for (const problem of problems) {
      complain(this.#platform, this.conversation, { where: `${this.door} answer`, ...problem });
    }
  }

  #isStuck({ intent, slots }: Answer): boolean {
    const now = JSON.stringify([intent, slots]);
    this.#equalIntents = intent !== undefined && now === this.#last ? this.#equalIntents + 1 : 1;
    this.#last = now;
    return this.#equalIntents > mostEqualIntents;
  }

  #leave(
    text: string,
    outcome: 'intent' | 'failure',
    answer: { intent: string | undefined } & FlowData,
  ): void {
    this.hasEnded = true;
    const { parameters, slots } = createFlowData(answer);
    const exit = { outcome, name: answer.intent ?? '', parameters, slots };
    keepLast(this.conversation.exits, exit, mostExits);
    this.#platform.conversations.add(this.conversation, { direction: 'Outbound', text, system: true });
    if (answer.intent === handOffIntent) handOver(this.conversation);
  }
}

const mostExits = 50;

type FlowData = Pick<Answer, 'parameters' | 'slots'>;
const createFlowData = (answer: Partial<FlowData> | undefined): FlowData => ({
  parameters: answer?.parameters ?? {},
  slots: answer?.slots ?? 'null',
});
