import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noAttempts } from '../../../cards/delivery/cardTable.ts';
import {
  type CardProgress,
  CardUnderWay,
  decideNextStep,
  isCounted,
  type NextStep,
  type StepRules,
} from '../../../cards/delivery/cardUnderWay.ts';
import type { Attempt } from '../../../cards/delivery/outbox.ts';
import { defaultRetryPolicy } from '../../../cards/delivery/retryTiming.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';

const refused: Attempt = { result: 'retry', code: 'genesys.unauthorized', mostInARow: 2, status: 401 };
const noLogin: Attempt = { result: 'retry', code: 'genesys.unauthorized', pauseAll: true };
const limited: Attempt = { result: 'retry', code: 'genesys.rateLimited', pauseAll: true };
const untried: Attempt = { result: 'retry', code: 'genesys.unavailable', pauseAll: true, isUntried: true };
const away: Attempt = { result: 'retry', code: 'genesys.unavailable' };

const rows: [what: string, attempts: Attempt[], inARow: number][] = [
  ['the same code again is one more', [refused, refused], 2],
  ['another code begins anew', [refused, away], 1],
  ['an attempt that sent nothing changes nothing', [refused, untried, refused], 2],
  ['a login that failed is not a card that was refused', [noLogin, refused], 1],
  ['a limit between two refusals parts them', [refused, limited, refused], 1],
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
    for (const attempt of attempts) underWay.record(attempt);
    assert.equal(underWay.progress.inARow, inARow);
  });
}

const first: CardProgress = {
  attempts: 1,
  counted: 1,
  isDoubtful: false,
  lastCode: undefined,
  inARow: 1,
  ageMs: 0,
};
const rules: StepRules = {
  retry: defaultRetryPolicy,
  dropsRepeats: true,
  onUnknown: 'hold',
  random: () => 0.5,
};
const minutes = 60_000;

const busy: Attempt = { result: 'retry', code: 'genesys.unavailable', status: 503 };
const tooFast: Attempt = {
  result: 'retry',
  code: 'genesys.rateLimited',
  pauseAll: true,
  retryAfterMs: 2_000,
};
const lost: Attempt = { result: 'unknown', code: 'genesys.unknownOutcome' };
const noRight: Attempt = { result: 'retry', code: 'genesys.unauthorized', mostInARow: 2 };
const notTried: Attempt = { ...tooFast, isUntried: true };

const steps: [
  name: string,
  attempt: Attempt,
  card: Partial<CardProgress>,
  rules: Partial<StepRules>,
  step: NextStep,
][] = [
  ['accepted', { result: 'accepted' }, {}, {}, { kind: 'settle', state: 'accepted' }],
  ['rejected', { result: 'rejected' }, {}, {}, { kind: 'settle', state: 'rejected' }],
  ['failed once', busy, {}, {}, { kind: 'again', waitMs: 250 }],
  ['failed twice', busy, { attempts: 2 }, {}, { kind: 'again', waitMs: 500 }],
  ['told to wait', { ...busy, retryAfterMs: 9_000 }, {}, {}, { kind: 'again', waitMs: 9_000 }],
  ['failed seven times', busy, { attempts: 7, counted: 7 }, {}, { kind: 'again', waitMs: 16_000 }],
  ['failed eight times', busy, { attempts: 8, counted: 8 }, {}, { kind: 'settle', state: 'failed' }],
  [
    'slowed down a hundred times, for which no card is to blame',
    tooFast,
    { attempts: 100, counted: 0 },
    {},
    { kind: 'again', waitMs: 30_000, pauseAllMs: 2_000 },
  ],
  [
    'slowed down without being told how long',
    { ...tooFast, retryAfterMs: 0 },
    {},
    {},
    { kind: 'again', waitMs: 250, pauseAllMs: 0 },
  ],
  ['out of time', busy, { ageMs: 15 * minutes }, {}, { kind: 'settle', state: 'failed' }],
  [
    'out of time before the wait ends',
    busy,
    { ageMs: 15 * minutes - 249 },
    {},
    { kind: 'settle', state: 'failed' },
  ],
  ['just in time', busy, { ageMs: 15 * minutes - 250 }, {}, { kind: 'again', waitMs: 250 }],
  ['refused with a fresh token', noRight, {}, {}, { kind: 'again', waitMs: 250 }],
  ['so refused twice in a row', noRight, { inARow: 2 }, {}, { kind: 'settle', state: 'failed' }],
  [
    'not tried',
    notTried,
    { attempts: 0, counted: 0 },
    {},
    { kind: 'again', waitMs: 2_000, pauseAllMs: 2_000 },
  ],
  ['not tried for too long', notTried, { ageMs: 15 * minutes }, {}, { kind: 'settle', state: 'failed' }],
  ['lost where repeats are dropped', lost, { isDoubtful: true }, {}, { kind: 'again', waitMs: 250 }],
  [
    'lost where repeats are shown',
    lost,
    { isDoubtful: true },
    { dropsRepeats: false },
    { kind: 'settle', state: 'unknown' },
  ],
  [
    'lost where repeats are shown and wanted',
    lost,
    { isDoubtful: true },
    { dropsRepeats: false, onUnknown: 'resend' },
    { kind: 'again', waitMs: 250 },
  ],
  [
    'given up after one attempt of it was lost',
    busy,
    { counted: 8, isDoubtful: true },
    {},
    { kind: 'settle', state: 'unknown' },
  ],
];
for (const [name, attempt, card, more, step] of steps) {
  test(`a card that is ${name}: ${step.kind === 'settle' ? step.state : `again in ${step.waitMs} ms`}`, () => {
    assert.deepEqual(decideNextStep(attempt, { ...first, ...card }, { ...rules, ...more }), step);
  });
}

test('only what is the own affair of a card uses up its attempts', () => {
  assert.deepEqual([busy, lost, noRight, tooFast, notTried].map(isCounted), [true, true, true, false, false]);
});
