import type { AuditEntry } from '../../cards/delivery/audit.ts';
import type { CardRecord, ShownCard } from '../../cards/delivery/operatorStore.ts';
import { defineCommand, requireOne } from './command.ts';
import { withIsoTimes, withStore } from './withStore.ts';

/** `show ID`: one card and its life, a line an event. */
export const show = defineCommand({
  options: { content: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
  allowPositionals: true,
  run: ({ values, positionals }, context) =>
    withStore(context, async (store) => {
      const messageId = requireOne(positionals, 'Name one card by its messageId.');
      const shown = await store.show(messageId, values.content);
      if (shown === undefined) {
        context.stderr.write('There is no card with this id.\n');
        return 1;
      }
      context.stdout.write(values.json ? writeInFull(shown) : asTimeline(shown));
      return 0;
    }),
});

function entriesOf({ audit }: ShownCard): (AuditEntry & { seq: number })[] {
  return audit.map(({ seq, entry }) => ({ seq, ...JSON.parse(entry) }));
}

function writeInFull(shown: ShownCard): string {
  const { card, audit: _, ...rest } = shown;
  return `${JSON.stringify({ card: withIsoTimes(card), ...rest, audit: entriesOf(shown) }, null, 2)}\n`;
}

/** Events that are shown at the beginning and at the end of a long life. */
const [atBeginning, atEnd] = [2, 5];

function asTimeline(shown: ShownCard): string {
  const { card, content } = shown;
  const entries = entriesOf(shown);
  const lines = entries.map(formatEventLine);
  const left = lines.length - atBeginning - atEnd;
  const told =
    left <= 1
      ? lines
      : [...lines.slice(0, atBeginning), `… ${left} more, see --json`, ...lines.slice(-atEnd)];
  const text = content === undefined ? [] : ['', content.text ?? 'The text of an accepted card is not kept.'];
  return [...headOf(card), ...told, ...text].map((line) => `${line}\n`).join('');
}

function headOf(card: CardRecord): string[] {
  const replays = card.replays === 0 ? [] : [`replayed ${card.replays} times`];
  const end = card.resolvedAt === null ? [] : ['closed by an operator'];
  return [
    [card.messageId, card.state, ...answerOf(card), ...end].join('  '),
    [`${card.templateId}, ${card.bytes} bytes`, `route ${card.route}`, ...replays].join('  '),
    `conversation ${card.conversationId}  operation ${card.operationId}`,
  ];
}

function formatEventLine(entry: AuditEntry): string {
  const { at, event, attempts, ms, correlationId, path, reason } = entry;
  return [
    at,
    event.padEnd(9),
    ...(attempts === undefined ? [] : [`attempt ${attempts}`]),
    ...answerOf(entry),
    ...(path === undefined ? [] : [path]),
    ...(ms === undefined ? [] : [`after ${ms} ms`]),
    ...(correlationId === undefined ? [] : [`correlation ${correlationId}`]),
    ...(reason === undefined ? [] : [reason]),
  ].join('  ');
}

function answerOf({ code, status }: { code?: string | null; status?: number | null }): string[] {
  const parts = [code, status === null || status === undefined ? undefined : `HTTP ${status}`];
  const text = parts.filter((part) => part !== null && part !== undefined).join(' ');
  return text === '' ? [] : [text];
}
