import { z } from 'zod';
import { createHttpClient, type Http } from '../../cards/delivery/http.ts';
import { findNetworkErrno } from '../../cards/delivery/networkErrno.ts';
import { tryJson } from '../../cards/json.ts';
import { languageOf } from '../languages.ts';
import { addOrderIds } from './embeddedRecognizer.ts';
import { type IntentName, type IntentRecognizer, intentNames, type Recognized } from './intentRecognizer.ts';
import { findOrderIds, orderIdPattern, parseOrderId } from './orderNumber.ts';
import { routeOf } from './payloadRoutes.ts';

const apiVersion = '2023-04-01';
// The service accepts more, but a pasted novel must not leave this machine.
const charactersSent = 500;

/** A project of Conversational Language Understanding in Azure AI Language. */
interface CluProject {
  /** Such as `https://my-language.cognitiveservices.azure.com`. */
  endpoint: string;
  project: string;
  deployment: string;
}

/** Options of the recognizer. */
export interface CluOptions {
  /** The headers that a call is authorized with: a key, or the token of a managed identity. */
  authorize: () => Promise<Record<string, string>> | Record<string, string>;
  /** Understands sentences while the service does not. */
  fallback: IntentRecognizer;
  /** Default: direct connections. */
  http?: Http;
  /** How long a customer waits for the service; default 1,500 ms. */
  timeoutMs?: number;
  /** How long the service is not asked after a failure; default 30,000 ms. */
  restMs?: number;
  /** Milliseconds; default `Date.now`. */
  now?: () => number;
  /** A sentence with a lower confidence (0 to 1) is not understood; default 0.6. */
  threshold?: number;
  /** Called once when the service begins to fail, with the cause, and once when it answers again. */
  onChange?: (state: 'away' | 'back', why?: string) => void;
}

const answerSchema = z.object({
  result: z.object({
    prediction: z.object({
      topIntent: z.string().nullish(),
      intents: z.array(z.object({ category: z.string(), confidenceScore: z.number().min(0).max(1) })),
      entities: z.array(z.object({ category: z.string(), text: z.string() })).default([]),
    }),
  }),
});

type Prediction = z.infer<typeof answerSchema>['result']['prediction'];

/**
 * Understands customers by Conversational Language Understanding (CLU) of Azure AI Language.
 *
 * The project's intents have the names of `intentNames`; every other is `none`. Payloads and bare order numbers never leave
 * this machine. Order numbers are read here; if none is found, the entity `orderId` is used. When the service fails or
 * is slow, the fallback answers: `recognize` never throws.
 */
export class CluRecognizer implements IntentRecognizer {
  readonly #url: string;
  readonly #project: CluProject;
  readonly #options: Required<Omit<CluOptions, 'onChange'>> & Pick<CluOptions, 'onChange'>;
  #restUntil = Number.NEGATIVE_INFINITY;
  #isAway = false;

  constructor(project: CluProject, options: CluOptions) {
    this.#project = project;
    this.#options = {
      http: createHttpClient().request,
      timeoutMs: 1_500,
      restMs: 30_000,
      now: Date.now,
      threshold: 0.6,
      ...options,
    };
    this.#url = new URL(`/language/:analyze-conversations?api-version=${apiVersion}`, project.endpoint).href;
  }

  async recognize(utterance: string, locale: string): Promise<Recognized> {
    const clicked = routeOf(utterance);
    if (clicked !== undefined) return clicked;
    const { fallback, now, restMs, onChange } = this.#options;
    const isOurs = parseOrderId(utterance) !== undefined || utterance.trim() === '';
    if (isOurs || now() < this.#restUntil) return fallback.recognize(utterance, locale);
    try {
      const prediction = await this.#ask(utterance.slice(0, charactersSent), locale);
      if (this.#isAway) onChange?.('back');
      this.#isAway = false;
      return this.#understood(utterance, prediction);
    } catch (error) {
      if (!this.#isAway) onChange?.('away', kindOf(error));
      this.#isAway = true;
      this.#restUntil = now() + restMs;
      return fallback.recognize(utterance, locale);
    }
  }

  async #ask(text: string, locale: string): Promise<Prediction> {
    const { authorize, http, timeoutMs } = this.#options;
    const signal = AbortSignal.timeout(timeoutMs);
    const call = async () => {
      const authorized = await authorize();
      // The fallback has answered a customer whose token comes too late.
      signal.throwIfAborted();
      return http({
        method: 'POST',
        url: this.#url,
        headers: { accept: 'application/json', 'content-type': 'application/json', ...authorized },
        body: JSON.stringify(this.#createRequest(text, locale)),
        timeoutMs,
      });
    };
    const answer = await Promise.race([call(), rejectOnAbort(signal)]);
    if (answer.kind !== 'answer') throw answer.cause;
    if (answer.status !== 200) throw new ServiceFault(`HTTP ${answer.status}`);
    const parsed = answerSchema.safeParse(tryJson(answer.body));
    if (!parsed.success) throw new ServiceFault('another answer than documented');
    return parsed.data.result.prediction;
  }

  #createRequest(text: string, locale: string): object {
    const { project: projectName, deployment: deploymentName } = this.#project;
    const language = languageOf(text)?.tag ?? (locale.split(/[-_]/, 1)[0] || 'en');
    return {
      kind: 'Conversation',
      analysisInput: {
        conversationItem: { id: '1', participantId: 'customer', modality: 'text', language, text },
      },
      parameters: { projectName, deploymentName, stringIndexType: 'Utf16CodeUnit' },
    };
  }

  #understood(utterance: string, { topIntent, intents, entities }: Prediction): Recognized {
    const score = intents.find(({ category }) => category === topIntent)?.confidenceScore ?? 0;
    const named = intentNames.find((name) => name === topIntent) ?? 'none';
    const intent: IntentName = score < this.#options.threshold ? 'none' : named;
    const entity = entities.find(({ category, text }) => category === 'orderId' && orderIdPattern.test(text));
    const found = findOrderIds(utterance);
    const orderIds = found.length > 0 || entity === undefined ? found : [entity.text];
    return addOrderIds({ intent, score }, orderIds);
  }
}

/** An answer of the service that is not usable. The message holds no customer's text. */
class ServiceFault extends Error {}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function kindOf(error: unknown): string {
  if (error instanceof ServiceFault) return error.message;
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'no answer in time';
  return findNetworkErrno(error) ?? error.name;
}
