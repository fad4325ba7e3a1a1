import type { Outcome } from '../http/call.ts';
import type { Problem } from '../http/jsonPath.ts';
import { keepLast } from '../keepLast.ts';
import type { Fault } from './faults.ts';

/** Something the bot sent that Genesys or a strict client would not have shown. */
export interface Complaint extends Problem {
  /** The door it came through, such as `guest card` or `v1 answer`. */
  where: string;
}

const mostComplaints = 200;

/** What the sandbox counts: answers by path and status, complaints (the last 200), turns that the bot left unanswered. */
export class Stats {
  readonly complaints: Complaint[] = [];
  botFailures = 0;
  readonly faults: Partial<Record<Fault, number>> = {};
  readonly #requests = new Map<string, Map<Outcome, number>>();

  readonly counted = (route: string, outcome: Outcome): void => {
    const outcomes = this.#requests.get(route) ?? new Map<Outcome, number>();
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    this.#requests.set(route, outcomes);
  };

  faultPlayed(fault: Fault): void {
    this.faults[fault] = (this.faults[fault] ?? 0) + 1;
  }

  complain(complaint: Complaint): void {
    keepLast(this.complaints, complaint, mostComplaints);
  }

  /** `{"POST /oauth/token": {"200": 3}}`. */
  requests(): Record<string, Record<string, number>> {
    return Object.fromEntries(
      [...this.#requests].map(([route, outcomes]) => [route, Object.fromEntries(outcomes)]),
    );
  }

  clear(): void {
    this.complaints.length = 0;
    this.botFailures = 0;
    for (const fault of Object.keys(this.faults)) Reflect.deleteProperty(this.faults, fault);
    this.#requests.clear();
  }
}
