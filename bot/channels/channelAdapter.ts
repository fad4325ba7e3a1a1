import {
  type Activity,
  CloudAdapter,
  type ConfigurationBotFrameworkAuthentication,
  type InvokeResponse,
  type TurnContext,
} from 'botbuilder';
import type { Log } from '../log.ts';

type Authenticated = Awaited<ReturnType<ConfigurationBotFrameworkAuthentication['authenticateRequest']>>;

const messages = {
  401: 'The caller is not the Bot Framework.',
  503: 'The keys of the Bot Framework cannot be fetched.',
} as const;

/**
 * The SDK's adapter, but a caller that cannot be authenticated is answered in our own words: 401, or 503 when the keys
 * cannot be fetched that would tell. The SDK alone answers with the error's text, mostly as 500, and prints its stack.
 *
 * What the SDK prints on stderr while it verifies a token stays (the public key for a wrong signature, a stack for a token that
 * has run out): no option keeps it away.
 */
export class ChannelAdapter extends CloudAdapter {
  readonly #log: Log;

  constructor(authentication: ConfigurationBotFrameworkAuthentication, log: Log) {
    super(authentication);
    this.#log = log;
  }

  protected override async processActivity(
    caller: string | Authenticated,
    activity: Activity,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<InvokeResponse | undefined> {
    let authenticated: Authenticated;
    try {
      authenticated =
        typeof caller === 'string'
          ? await this.botFrameworkAuthentication.authenticateRequest(activity, caller)
          : caller;
    } catch (error) {
      const status = isAboutKeys(error) ? 503 : 401;
      this.#log.warn({ event: 'messages.refused', status }, 'Request refused');
      return { status, body: { code: `request.${status}`, message: messages[status] } };
    }
    return super.processActivity(authenticated, activity, logic);
  }
}

/** True when the keys could not be fetched (an error of fetch), or were answered with another status than 200. */
function isAboutKeys(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'FetchError' || ('statusCode' in error && error.statusCode === 500);
}
