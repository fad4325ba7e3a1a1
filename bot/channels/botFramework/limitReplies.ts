/** How long the bot waits for a channel to take one reply, in milliseconds: a channel gives a whole turn 15 s. */
const replyTimeoutMs = 3_000;

/**
 * Takes the hidden retries out of a connector's pipeline and bounds each reply: a dead channel would hold a turn for 5.5 s and
 * a hanging one for ever. No option of the SDK does it.
 */
export function limitReplies(connector: unknown): void {
  const pipeline = pipelineOf(connector);
  pipeline?.removePolicy({ name: 'defaultRetryPolicy' });
  pipeline?.addPolicy({
    name: 'replyTimeout',
    sendRequest: (request, send) => {
      request.timeout = replyTimeoutMs;
      return send(request);
    },
  });
}

/** The part of Azure's pipeline that is used here; its types are not among the SDK's dependencies of ours. */
interface Pipeline {
  removePolicy(policy: { name: string }): void;
  addPolicy(policy: {
    name: string;
    sendRequest: <T>(request: { timeout?: number }, send: (request: { timeout?: number }) => T) => T;
  }): void;
}

function pipelineOf(connector: unknown): Pipeline | undefined {
  if (!hasKey(connector, 'client') || !hasKey(connector.client, 'pipeline')) return undefined;
  const { pipeline } = connector.client;
  return isPipeline(pipeline) ? pipeline : undefined;
}

function hasKey<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && key in value;
}

function isPipeline(value: unknown): value is Pipeline {
  return (
    hasKey(value, 'removePolicy') &&
    typeof value.removePolicy === 'function' &&
    hasKey(value, 'addPolicy') &&
    typeof value.addPolicy === 'function'
  );
}
