import { hash } from 'node:crypto';
import type { GuestCard } from './cardSchema.ts';

/** JSON with sorted keys: equal values give equal text. */
function canonicalize(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalize).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalize(inner)}`).join(',')}}`;
}

/** What a posted card is: new, one that was posted before, or another card under a known id. */
export type Posted = 'first' | 'repeat' | 'conflict';

/** Remembers every messageId with a small hash of its card and conversation; the oldest ids are forgotten first. */
export class CardLedger {
  distinct = 0;
  repeated = 0;
  shown = 0;
  refused = 0;
  shownTwice = 0;
  outOfOrder = 0;
  readonly #hashes = new Map<string, number>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  post(conversationId: string, card: GuestCard): Posted {
    // 30 bits stay a small integer in V8: no allocation per card.
    const digest = hash('sha1', conversationId + canonicalize(card), 'buffer').readInt32BE() & 0x3fffffff;
    const known = this.#hashes.get(card.messageId);
    if (known !== undefined) {
      if (known !== digest) return 'conflict';
      this.repeated += 1;
      return 'repeat';
    }
    this.#hashes.set(card.messageId, digest);
    this.distinct += 1;
    if (this.#hashes.size > this.#most) {
      const oldest = this.#hashes.keys().next().value;
      if (oldest !== undefined) this.#hashes.delete(oldest);
    }
    return 'first';
  }

  counts(): Record<'distinct' | 'repeated' | 'shown' | 'refused' | 'shownTwice' | 'outOfOrder', number> {
    const { distinct, repeated, shown, refused, shownTwice, outOfOrder } = this;
    return { distinct, repeated, shown, refused, shownTwice, outOfOrder };
  }

  ids(): string[] {
    return [...this.#hashes.keys()];
  }

  clear(): void {
    this.distinct = this.repeated = this.shown = this.refused = this.shownTwice = this.outOfOrder = 0;
    this.#hashes.clear();
  }
}
