import type { TurnContext } from 'botbuilder';
import type { TurnLogic } from '../../../../bot/channels/botConnector/botbuilder.ts';

/** A bot whose turns wait until they are let through. */
export class Gate {
  #entered: PromiseWithResolvers<TurnContext>[] = [];
  #waiting: (() => void)[] = [];
  #turns = 0;

  /** Puts the gate before a bot. */
  before(logic: TurnLogic): TurnLogic {
    return async (context) => {
      const passed = new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
      this.#arrival(this.#turns).resolve(context);
      this.#turns += 1;
      await passed;
      await logic(context);
    };
  }

  /** Resolves when the n-th turn (from 0) stands before the gate. */
  entered(n: number): Promise<TurnContext> {
    return this.#arrival(n).promise;
  }

  /** Lets the turn through that has waited longest. */
  open(): void {
    this.#waiting.shift()?.();
  }

  #arrival(n: number): PromiseWithResolvers<TurnContext> {
    const known = this.#entered[n] ?? Promise.withResolvers<TurnContext>();
    this.#entered[n] = known;
    return known;
  }
}
