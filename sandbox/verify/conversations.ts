/** What a customer does: a sentence, a click on the n-th button of the last answers, or an answer to a picker. */
export type Step =
  | string
  | { click: number }
  | { text: string; payload: string; kind?: string; more?: readonly { text: string; payload: string }[] };

/** One conversation that is played on each route. */
export interface Played {
  name: string;
  /** BCP 47; default `en-US`. */
  locale?: string;
  parameters?: Readonly<Record<string, string>>;
  steps: readonly Step[];
  /** The steps are sent without waiting for answers. */
  atOnce?: true;
}

const repeatSteps = (times: number, ...steps: Step[]) => Array.from({ length: times }, () => steps).flat();

/** Conversations that any bot must survive, whatever it is about. */
export const conversations: readonly Played[] = [
  { name: 'a greeting', steps: ['Hi', 'thanks', 'bye'] },
  { name: 'a call for help', steps: ['help', { click: 0 }] },
  { name: 'an order', steps: ['Where is my order?', '12345', { click: 0 }] },
  { name: 'offers, a choice and a yes', steps: ['Show me your offers', { click: 0 }, 'yes'] },
  { name: 'a person is wanted', steps: ['I want to talk to somebody', { click: 0 }, 'hello?'] },
  { name: 'a wish that is cancelled', steps: ['I want to cancel my order', 'cancel', 'help'] },
  { name: 'the same sentence eight times', steps: repeatSteps(8, 'help') },
  { name: 'nonsense six times', steps: repeatSteps(6, 'quxx blorb') },
  { name: 'a long complaint', steps: ['My parcel is broken and nobody answers. '.repeat(95)] },
  { name: 'one word of 4,000 characters', steps: ['x'.repeat(4_000)] },
  { name: 'signs alone', steps: ['?', '...', '1', '👍'] },
  { name: 'other scripts', steps: ['مرحبا، أين طلبي؟', '我的订单在哪里？', 'Де моє замовлення?'] },
  { name: 'German', locale: 'de-DE', steps: ['Guten Tag', 'Wo ist meine Bestellung 12345?', { click: 0 }] },
  { name: 'HTML', steps: ['<script>alert(1)</script><b>order</b>', '<img src=x onerror=alert(1)>'] },
  {
    name: 'Markdown and JSON',
    steps: ['**bold** [link](https://example.com) `code`', '{"a":[1,2,{"b":null}]}'],
  },
  { name: 'words of an attack', steps: ["'; DROP TABLE orders; --", '${7*7} {{7*7}}', '../../etc/passwd'] },
  { name: 'a button that is clicked twice', steps: ['help', { click: 0 }, { click: 0 }] },
  { name: 'a button of a card that is long gone', steps: [{ text: 'Track', payload: 'track:12345' }] },
  { name: 'a payload that nobody made', steps: [{ text: 'Buy', payload: '{"verb":"buy","n":[1,2]}' }] },
  {
    name: 'a date that was picked',
    steps: [
      'book an appointment',
      { text: 'Tuesday at 10', payload: '2026-12-01T10:00:00.000Z', kind: 'DatePicker' },
    ],
  },
  {
    name: 'several choices of a list',
    steps: [
      'show me the list',
      {
        text: 'Bern, CH',
        payload: 'bern',
        kind: 'ListPicker',
        more: [{ text: 'Paris', payload: 'paris' }],
      },
    ],
  },
  {
    name: 'fields of a form',
    steps: [
      {
        text: 'Ada',
        payload: 'Ada',
        kind: 'Form',
        more: [
          { text: 'a gift, please', payload: 'a gift, please' },
          { text: '24 December', payload: '2026-12-24' },
        ],
      },
    ],
  },
  {
    name: 'session variables with odd values',
    parameters: { customerId: '', note: 'a "quoted" text\nin two lines', deep: '{"a":1}' },
    steps: ['Hi', 'help'],
  },
  { name: 'three messages at once', atOnce: true, steps: ['Hi', 'help', 'Where is my order 12345?'] },
];
