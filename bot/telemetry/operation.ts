import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** A turn with its cards, or a card that is sent after its turn. */
interface Operation {
  /** 32 hexadecimal digits, as a W3C trace id. */
  readonly id: string;
  /** The card that is being sent. */
  readonly messageId?: string;
}

/** The current turn. */
export interface Turn extends Operation {
  /** Keyed hash. */
  readonly conversationId: string;
  readonly channel: string;
  readonly route: string;
  /** Dialogs that began, and their steps, so far. */
  readonly steps: string[];
  /** Number of messages that the bot has sent so far. */
  messages: number;
}

/** The trace id of the current request, from its caller. */
const incoming = new AsyncLocalStorage<string | undefined>();

/** Runs a function as part of the trace of a request: its operations get the trace id. */
export function runInTrace<T>(traceId: string | undefined, run: () => T): T {
  return incoming.run(traceId, run);
}

const operations = new AsyncLocalStorage<Operation | Turn>();

/** Creates the id of a new operation: the trace id of the current request, else a random one. */
export function makeOperationId(): string {
  return incoming.getStore() ?? randomUUID().replaceAll('-', '');
}

/** The id of the current operation, or a new one. */
export function readOperationId(): string {
  return operations.getStore()?.id ?? makeOperationId();
}

/** The current operation. */
export function readCurrentOperation(): Operation | undefined {
  return operations.getStore();
}

/** The current turn. */
export function readCurrentTurn(): Turn | undefined {
  const operation = operations.getStore();
  return operation !== undefined && 'steps' in operation ? operation : undefined;
}

/** Runs a function as part of an operation, with all that it starts and does not wait for. */
export function runInOperation<T>(operation: Operation | Turn, run: () => T): T {
  return operations.run(operation, run);
}
