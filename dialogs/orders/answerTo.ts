import { OrdersUnavailable } from './orderSource.ts';

/** The answer to a change, or undefined when the order system gave none: then nobody knows whether it was done. */
export async function answerTo<T>(change: Promise<T>): Promise<T | undefined> {
  try {
    return await change;
  } catch (error) {
    if (error instanceof OrdersUnavailable) return undefined;
    throw error;
  }
}
