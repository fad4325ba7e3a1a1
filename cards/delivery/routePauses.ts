/** How long each route sends nothing, because its server asked for it. */
export class RoutePauses {
  readonly #until = new Map<string, number>();
  readonly #now: () => number;

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Lets no card of a route be sent for this long, in milliseconds; a longer pause that is under way stays. */
  pause(route: string, ms: number): void {
    this.#until.set(route, Math.max(this.#until.get(route) ?? 0, this.#now() + ms));
  }

  /** How long a route still sends nothing, in milliseconds; 0 when it may send. */
  msOf(route: string): number {
    return Math.max(0, (this.#until.get(route) ?? 0) - this.#now());
  }
}
