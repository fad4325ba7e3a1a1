import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noAttempts } from '../../../cards/delivery/cardRow.ts';
import { CardUnderWay } from '../../../cards/delivery/cardUnderWay.ts';
import type { Attempt } from '../../../cards/delivery/outbox.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';

const refused: Attempt = { result: 'retry', code: 'genesys.unauthorized', mostInARow: 2, status: 401 };
const noLogin: Attempt = { result: 'retry', code: 'genesys.unauthorized', pauseAll: true };
const tooFast: Attempt = { result: 'retry', code: 'genesys.rateLimited', pauseAll: true };
const untried: Attempt = { result: 'retry', code: 'genesys.unavailable', pauseAll: true, isUntried: true };
const busy: Attempt = { result: 'retry', code: 'genesys.unavailable' };

const rows: [what: string, attempts: Attempt[], inARow: number][] = [
  ['the same code again is one more', [refused, refused], 2],
  ['another code begins anew', [refused, busy], 1],
  ['an attempt that sent nothing changes nothing', [refused, untried, refused], 2],
  ['a login that failed is not a card that was refused', [noLogin, refused], 1],
  ['a limit between two refusals parts them', [refused, tooFast, refused], 1],
];
for (const [what, attempts, inARow] of rows) {
  test(`in a row: ${what}`, () => {
    const card = {
      ...outgoingCard(),
      state: 'pending' as const,
      attempts: 0,
      storedAt: 0,
      startedAt: 0,
      tally: noAttempts,
    };
    const underWay = new CardUnderWay(card, 0, () => 0);
    for (const attempt of attempts) underWay.take(attempt);
    assert.equal(underWay.progress.inARow, inARow);
  });
}
