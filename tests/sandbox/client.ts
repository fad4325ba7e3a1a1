import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/startSandbox.ts';

/** The OAuth client of every test's sandbox. */
export const credentials = { clientId: 'test-client', clientSecret: 'test-secret' };
export const guestPath = '/api/v2/guest/conversations/webchat/messages';

/** An answer with its parsed body; `{}` for an empty one. */
export interface Answered {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever JSON came
  body: any;
}

/** A sandbox on a free port and what tests do to it. */
export interface TestSandbox extends Sandbox {
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answered>;
  token(scope?: string): Promise<string>;
  converse(route?: 'guest' | 'v1' | 'v2'): Promise<string>;
  say(conversationId: string, text: string, payload?: string, query?: string): Promise<Answered>;
  postCard(conversationId: string, card: object, token: string): Promise<Answered>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever JSON came
  stats(query?: string): Promise<any>;
}

export async function startTestSandbox(options: Partial<SandboxOptions> = {}): Promise<TestSandbox> {
  const sandbox = await startSandbox({ port: 0, ...credentials, ...options });
  const call: TestSandbox['call'] = async (method, path, body, headers = {}) => {
    const response = await fetch(sandbox.url + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
  };
  return {
    ...sandbox,
    call,
    async token(scope = 'webchat:guest:write') {
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: credentials.clientId,
        client_secret: credentials.clientSecret,
        scope,
      });
      const response = await fetch(`${sandbox.url}/oauth/token`, { method: 'POST', body });
      const { access_token: token } = (await response.json()) as { access_token: string };
      return token;
    },
    converse: async (route = 'guest') =>
      (await call('POST', `/sandbox/conversations?route=${route}`)).body.conversationId,
    say: (conversationId, text, payload, query = '') =>
      call('POST', `/sandbox/conversations/${conversationId}/messages${query}`, { text, payload }),
    postCard: (conversationId, card, token) =>
      call(
        'POST',
        guestPath,
        { conversationId, message: { type: 'webchat', card } },
        { authorization: `Bearer ${token}` },
      ),
    stats: async (query = '') => (await call('GET', `/sandbox/stats${query}`)).body,
  };
}

let cards = 0;

/** A card that the sandbox accepts, with a new messageId. */
export function card(more: object = {}): { messageId: string; components: object[]; [key: string]: unknown } {
  cards += 1;
  return {
    messageId: `card-${cards}`,
    templateMatrix: {
      templateId: 'order-confirmation-v2',
      layoutEngine: 'flexbox',
      version: '2.1',
      fallbackBehavior: 'textOnly',
    },
    dynamicFields: { title: 'Order Confirmation' },
    components: [{ type: 'header', text: 'Order Confirmation', style: 'bold' }],
    ...more,
  };
}
