import { AsyncLocalStorage } from 'node:async_hooks';
import type { TelemetryEvent, TurnContext } from 'botbuilder';
import { codeOf } from '../../cards/errors.ts';
import { cleanText } from '../../cards/richText/text.ts';
import type { TurnLogic } from '../telemetry/observeTurns.ts';
import type { TurnCardEvents } from '../turns/cardMiddleware.ts';
import type { Log } from './log.ts';

/** The answers of a turn so far. */
interface TurnStory {
  intent?: string;
  /** Templates of the cards, with the code of a refusal. */
  readonly cards: string[];
  /** Outcomes of the cards; empty on a channel that receives cards in the bot's answer. */
  readonly outcomes: string[];
  readonly texts: string[];
}

/** Longest quote of a text, in characters. */
const maxQuote = 60;

/**
 * Logs one line for each turn, for the developer of a dialog:
 * `where is my order 12345? -> orderStatus 0.93 -> order-status-v2 -> accepted 12 ms`. The milliseconds are those of the
 * whole turn.
 *
 * The line holds what the customer said, so it is for development only.
 */
export class TurnLines {
  readonly #log: Log;
  readonly #stories = new AsyncLocalStorage<TurnStory>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Runs a bot's turns and logs each. */
  observe(logic: TurnLogic): TurnLogic {
    return (context) => {
      const story: TurnStory = { cards: [], outcomes: [], texts: [] };
      const began = performance.now();
      const end = (failure?: string) => this.#writeLine(context, story, performance.now() - began, failure);
      context.onSendActivities((_, activities, send) => {
        for (const { type, text = '', attachments = [] } of activities)
          if (type === 'message' && text !== '' && attachments.length === 0)
            story.texts.push(`"${quote(text)}"`);
        return send();
      });
      return this.#stories.run(story, async () => {
        try {
          await logic(context);
        } catch (error) {
          end(codeOf(error) ?? (error instanceof Error ? error.name : 'unknown'));
          throw error;
        }
        end();
      });
    };
  }

  /** Receives the cards of a turn, and passes them to `next`. */
  cardEvents(next: TurnCardEvents): TurnCardEvents {
    return {
      onComposed: (context, card) => {
        this.#stories.getStore()?.cards.push(card.template.id);
        next.onComposed?.(context, card);
      },
      onRefused: (context, refused) => {
        const { card, error } = refused;
        this.#stories.getStore()?.cards.push(`${card.templateId} refused (${error.code})`);
        next.onRefused?.(context, refused);
      },
      onDelivery: (context, card, delivery) => {
        const { outcome, code } = delivery;
        const why = code === undefined ? '' : ` (${code})`;
        this.#stories.getStore()?.outcomes.push(`${outcome === 'pending' ? 'still waits' : outcome}${why}`);
        next.onDelivery?.(context, card, delivery);
      },
    };
  }

  /** Receives the events of dialogs, of which it needs the recognized intent. */
  readonly onDialogEvent = ({ name, properties, metrics }: TelemetryEvent): void => {
    const story = this.#stories.getStore();
    if (story !== undefined && name === 'IntentRecognized')
      story.intent = `${properties?.intent} ${Number(metrics?.score ?? 0).toFixed(2)}`;
  };

  #writeLine(context: TurnContext, story: TurnStory, durationMs: number, failure: string | undefined): void {
    const { cards, outcomes, texts, intent } = story;
    const answers = [...cards, ...texts];
    const isSilent = answers.length === 0;
    // The Emulator and other channels report who joined, more than once, and the bot answers most of that with nothing.
    if (isSilent && failure === undefined && context.activity.type !== 'message') return;
    // A failed turn may not have sent its answers.
    const delivered = outcomes.length === 0 && failure === undefined ? ['sent'] : outcomes;
    const parts = [
      describeSaid(context),
      ...(intent === undefined ? [] : [intent]),
      isSilent ? 'no answer' : answers.join(', '),
      ...(isSilent || delivered.length === 0 ? [] : [delivered.join(', ')]),
      ...(failure === undefined ? [] : [`failed (${failure})`]),
    ];
    const ms = Math.round(durationMs);
    this.#log.info({ event: 'turn', durationMs: ms }, `${parts.join(' -> ')} ${ms} ms`);
  }
}

function describeSaid({ activity }: TurnContext): string {
  if (activity.type !== 'message') return `(${quote(activity.type)})`;
  const text = quote(activity.text ?? '');
  return text === '' ? '(no text)' : text;
}

function quote(text: string): string {
  const line = cleanText(text, 'line').trim();
  return line.length <= maxQuote ? line : `${line.slice(0, maxQuote).toWellFormed()}…`;
}
