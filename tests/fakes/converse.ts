/** A conversation with the bot by way of the sandbox's HTTP API. */
export async function converse(sandboxUrl: string, route = 'guest') {
  const created = await post(`${sandboxUrl}/sandbox/conversations?route=${route}`, {});
  const { conversationId } = created.body;
  return {
    conversationId,
    /** Says a sentence, or clicks when a payload is given; gives the messages that came back. */
    say: async (text: string, payload?: string) => {
      const { body } = await post(`${sandboxUrl}/sandbox/conversations/${conversationId}/messages`, {
        text,
        ...(payload === undefined ? {} : { payload }),
      });
      return body.messages;
    },
  };
}

/** Posts JSON and reads the JSON answer. */
export async function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: text === '' ? undefined : JSON.parse(text),
    text,
  };
}
