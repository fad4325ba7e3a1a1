import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What belongs together: a turn with its cards, or a card that is sent after its turn. */
export interface Operation {
  /** 32 hexadecimal digits, as a W3C trace id. */
  readonly id: string;
  /** The card that is being sent. */
  readonly messageId?: string;
}

/** The turn that is under way. */
export interface Turn extends Operation {
  /** Keyed hash. */
  readonly conversationId: string;
  readonly channel: string;
  readonly route: string;
  /** Dialogs that began, and their steps, so far. */
  readonly steps: string[];
  /** What the bot said to the channel so far, in messages. */
  messages: number;
}

/** The trace that the request under way belongs to, as its caller named it. */
const incoming = new AsyncLocalStorage<string | undefined>();

/** Runs something as part of the trace of a request: its operations get the trace's id. */
export function runInTrace<T>(traceId: string | undefined, run: () => T): T {
  return incoming.run(traceId, run);
}

const operations = new AsyncLocalStorage<Operation | Turn>();

/** Makes the id of a new operation: the id of the trace of the current request, else a random one. */
export function makeOperationId(): string {
  return incoming.getStore() ?? randomUUID().replaceAll('-', '');
}

/** The id of the operation that is under way, or a new one. */
export function readOperationId(): string {
  return operations.getStore()?.id ?? makeOperationId();
}

/** The operation that is under way. */
export function readCurrentOperation(): Operation | undefined {
  return operations.getStore();
}

/** The turn that is under way. */
export function readCurrentTurn(): Turn | undefined {
  const operation = operations.getStore();
  return operation !== undefined && 'steps' in operation ? operation : undefined;
}

/** Runs something as part of an operation: also what it starts and does not wait for. */
export function runInOperation<T>(operation: Operation | Turn, run: () => T): T {
  return operations.run(operation, run);
}
