import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { type AuditRow, hashChain, writeSealedText } from '../../../cards/delivery/audit.ts';
import { deriveKeyring } from '../../../cards/delivery/storeKeys.ts';
import { outgoingCard } from '../../fakes/outgoingCard.ts';
import { type OutboxRig, scriptedRoute } from './outboxContract.ts';

const [older, newer, foreign] = ['the-older-secret-4711', 'the-newer-secret-0815', 'a-foreign-secret-1234'];

/** Lets a bot with these secrets deliver cards: each has two entries in the audit log. */
async function deliver(
  { open }: OutboxRig,
  secrets: readonly string[],
  ids: readonly string[],
): Promise<void> {
  const outbox = await open([scriptedRoute().route], { secrets });
  for (const messageId of ids) await outbox.submit(outgoingCard({ messageId }));
  for (const messageId of ids) await outbox.outcomeOf(messageId, 60_000);
  await outbox.stop();
}

/** A log in which the entry 3 was changed, and all from there on were chained anew. */
function rewrite(rows: readonly AuditRow[], link: (previous: string, entry: string) => string): AuditRow[] {
  const forged: AuditRow[] = [];
  for (const { seq, entry, hash: old } of rows) {
    const changed = seq === 3 ? entry.replace('"guest"', '"other"') : entry;
    const previous = forged.at(-1)?.hash ?? '0'.repeat(64);
    forged.push({ seq, entry: changed, hash: seq < 3 ? old : link(previous, changed) });
  }
  return forged;
}

/** What the audit log proves against somebody who can write the store. */
export function auditContract(name: string, createRig: (t: TestContext) => Promise<OutboxRig>): void {
  const it = (says: string, check: (rig: OutboxRig) => Promise<void>) =>
    test(`${name}: ${says}`, async (t) => check(await createRig(t)));

  const plain = (previous: string, entry: string) => hash('sha256', `${previous}\n${entry}`);
  const by =
    (given: readonly string[], own: string) =>
    (previous: string, entry: string): string =>
      hashChain(previous, entry, deriveKeyring({ given, own }).chain);

  it('without AUDIT_SECRET a chain that was written anew without the key of the store is found', async (rig) => {
    await deliver(rig, [], ['m-1', 'm-2']);
    assert.deepEqual(await rig.operator.verifyAudit(), { ok: true, entries: 4 });
    const rows = await rig.operator.auditAfter(0, 10);
    for (const link of [plain, by([], 'guessed'), by([foreign], 'guessed')]) {
      await rig.forge(rewrite(rows, link));
      const verdict = await rig.operator.verifyAudit();
      assert.equal(verdict.ok === false && verdict.seq, 3);
    }
  });

  it('with AUDIT_SECRET a chain that was written anew by somebody who has the whole store is found', async (rig) => {
    await deliver(rig, [newer], ['m-1', 'm-2']);
    const operator = await rig.openOperator([newer]);
    assert.deepEqual(await operator.verifyAudit(), { ok: true, entries: 4, signedFrom: 1 });
    const rows = await operator.auditAfter(0, 10);
    const own = await rig.ownSecret();
    for (const link of [plain, by([], own), by([foreign], own)]) {
      await rig.forge(rewrite(rows, link));
      const verdict = await operator.verifyAudit();
      assert.equal(verdict.ok === false && verdict.seq, 3);
    }
    const { seal } = deriveKeyring({ given: [], own });
    const forged = rows.map((row) =>
      row.seq === 3
        ? { ...row, entry: '{}', seal: seal.sign(writeSealedText({ ...row, entry: '{}' })) }
        : row,
    );
    await rig.forge(forged);
    const verdict = await operator.verifyAudit();
    assert.equal(verdict.ok === false && verdict.seq, 3);
  });

  it('a new secret is taken up beside the old one; a verification without it says so', async (rig) => {
    await deliver(rig, [], ['m-1']);
    await deliver(rig, [older], ['m-2']);
    await deliver(rig, [newer, older], ['m-3']);
    const both = await rig.openOperator([newer, older]);
    assert.deepEqual(await both.verifyAudit(), { ok: true, entries: 6, signedFrom: 3 });
    const one = await rig.openOperator([newer]);
    const verdict = await one.verifyAudit();
    assert.ok(!verdict.ok);
    assert.equal(verdict.seq, 3);
    assert.match(verdict.problem, /AUDIT_SECRET/);
  });

  it('whoever has not the secret of the log adds nothing to it', async (rig) => {
    const { operator, open } = rig;
    await deliver(rig, [newer], ['m-1']);
    await assert.rejects(operator.forget('c-1'), { code: 'config.invalid', message: /^AUDIT_SECRET/ });
    if (name !== 'SQLite') await assert.rejects(open([], { secrets: [older] }), { code: 'config.invalid' });
    const right = await rig.openOperator([older, newer]);
    assert.equal((await right.forget('c-1')).cards, 1);
    assert.deepEqual(await right.verifyAudit(), { ok: true, entries: 3, signedFrom: 1 });
  });

  it('an end that was noted elsewhere proves that the log is not another one, nor cut off', async (rig) => {
    const { operator, forge } = rig;
    await deliver(rig, [], ['m-1', 'm-2']);
    const rows = await operator.auditAfter(0, 10);
    const noted = await operator.auditHead();
    assert.deepEqual(noted, { seq: 4, hash: rows[3]?.hash });
    assert.equal((await operator.verifyAudit(noted)).ok, true);
    await deliver(rig, [], ['m-3']);
    assert.deepEqual(await operator.verifyAudit(noted), { ok: true, entries: 6 });

    await forge(rewrite(rows, by([], await rig.ownSecret())));
    assert.equal((await operator.verifyAudit()).ok, true);
    const rewritten = await operator.verifyAudit(noted);
    assert.equal(rewritten.ok === false && rewritten.seq, 4);

    await forge(rows.slice(0, 2));
    assert.equal((await operator.verifyAudit()).ok, true);
    const cut = await operator.verifyAudit(noted);
    assert.equal(cut.ok === false && cut.seq, 3);

    const later = Date.now() + 3_600_000;
    await operator.prune({ cardsBefore: 0, auditBefore: later, hasAnalytics: false });
    assert.match(JSON.stringify(await operator.verifyAudit({ seq: 1, hash: 'x' })), /older than the log/);
  });
}
