import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Activity, CardFactory, MessageFactory } from 'botbuilder';
import type { BotConnectorOptions } from '../../../../bot/channels/botConnector/botbuilder.ts';
import { readAnswer } from '../../../../bot/channels/botConnector/turn/fieldValue.ts';
import { formWordsFor } from '../../../../bot/channels/botConnector/turn/ownWords.ts';
import type { FormField } from '../../../../cards/readers/botFramework/click.ts';
import { call, type Saying, startConnector } from './startConnector.ts';

const inputs = {
  name: { type: 'Input.Text', id: 'name', label: 'Your name', isRequired: true, maxLength: 10 },
  guests: { type: 'Input.Number', id: 'guests', label: 'How many guests?', min: 1, max: 8, isRequired: true },
  date: { type: 'Input.Date', id: 'date', label: 'Which day?', min: '2026-12-01', isRequired: true },
  time: { type: 'Input.Time', id: 'time', label: 'What time?', isRequired: true },
  inside: { type: 'Input.Toggle', id: 'inside', title: 'A table inside?' },
  menu: {
    type: 'Input.ChoiceSet',
    id: 'menu',
    label: 'Which menu?',
    isRequired: true,
    choices: [
      { title: 'With meat', value: 'meat' },
      { title: 'Vegan', value: 'vegan' },
    ],
  },
  extras: {
    type: 'Input.ChoiceSet',
    id: 'extras',
    label: 'Extras',
    isMultiSelect: true,
    choices: [
      { title: 'Wine', value: 'w' },
      { title: 'Cake', value: 'c' },
      { title: 'Music', value: 'm' },
    ],
  },
  note: { type: 'Input.Text', id: 'note', label: 'Anything else?' },
};
const submit = { type: 'Action.Submit', title: 'Book', data: { action: 'book' } };
const form = (body: object[], actions: object[] = [submit]): Partial<Activity> =>
  MessageFactory.attachment(
    CardFactory.adaptiveCard({
      type: 'AdaptiveCard',
      version: '1.5',
      body: [{ type: 'TextBlock', text: 'Book a table', weight: 'Bolder' }, ...body],
      actions,
    }),
  );

/** A bot that shows a form on `form` and remembers everything else. */
async function startForm(
  t: TestContext,
  card: Partial<Activity>,
  options: Partial<BotConnectorOptions> = {},
) {
  const seen: Activity[] = [];
  const bot = await startConnector(t, {
    logic: async (context) => {
      if (context.activity.text === 'form') await context.sendActivity(card);
      else {
        seen.push(context.activity);
        await context.sendActivity('the bot answers');
      }
    },
    ...options,
  });
  const say = async (saying: string | Saying) => {
    const given = typeof saying === 'string' ? { text: saying } : saying;
    const { body } = await call(bot.url, 'v2', given);
    const messages: { text: string; content?: { contentType: string }[] }[] = body.replyMessages;
    return { messages, last: messages.at(-1)?.text ?? '', json: JSON.stringify(body) };
  };
  return { say, seen, bot };
}

/** The labels of the quick replies of the last message. */
const quickReplies = ({ messages }: { messages: { content?: object[] }[] }): string[] =>
  JSON.parse(JSON.stringify(messages.at(-1)?.content ?? [])).map(
    (one: { quickReply?: { text: string } }) => one.quickReply?.text,
  );

test('a form is asked field by field, and the whole value is submitted', async (t) => {
  const { say, seen, bot } = await startForm(t, form(Object.values(inputs)));
  const first = await say('form');
  assert.match(first.json, /Book a table/);
  assert.match(first.last, /^Your name\n/);
  assert.match((await say('Ann')).last, /^How many guests/);
  assert.match((await say('4')).last, /^Which day/);
  assert.match((await say('24.12.2026')).last, /^What time/);
  const toggle = await say('7:30 pm');
  assert.deepEqual([toggle.last, quickReplies(toggle)], ['A table inside?', ['Yes', 'No']]);
  const menu = await say('yes');
  assert.deepEqual([menu.last, quickReplies(menu)], ['Which menu?', ['With meat', 'Vegan']]);
  const extras = await say({ text: 'Vegan', payload: 'vegan' });
  assert.match(extras.last, /Extras\n1\\?\. Wine\n2\\?\. Cake\n3\\?\. Music/);
  const note = await say('1, music');
  assert.deepEqual([note.last, quickReplies(note)], ['Anything else?', ['Skip']]);
  assert.equal(seen.length, 0);
  assert.equal((await say('No nuts')).last, 'the bot answers');
  const [sent] = seen;
  assert.deepEqual(sent?.value, {
    action: 'book',
    name: 'Ann',
    guests: '4',
    date: '2026-12-24',
    time: '19:30',
    inside: 'true',
    menu: 'vegan',
    extras: 'w,m',
    note: 'No nuts',
  });
  assert.deepEqual([sent?.type, sent !== undefined && 'text' in sent], ['message', false]);
  assert.equal((await say('thanks')).last, 'the bot answers');
  assert.deepEqual(bot.failures, []);
});

const answers: [field: object, said: string, value: string | undefined][] = [
  [inputs.name, '  Ann ', 'Ann'],
  [inputs.name, 'a name that is too long', undefined],
  [inputs.guests, '8', '8'],
  [inputs.guests, '9', undefined],
  [inputs.guests, '0', undefined],
  [inputs.guests, 'four', undefined],
  [{ ...inputs.guests, max: undefined }, '1,234', '1234'],
  [{ ...inputs.guests, max: undefined }, '2,5', '2.5'],
  [{ ...inputs.guests, min: undefined }, '-3', '-3'],
  [{ ...inputs.guests, max: '8' }, '9', undefined],
  [inputs.date, '2026-12-31', '2026-12-31'],
  [inputs.date, '2026-11-30', undefined],
  [inputs.date, '2026-02-30', undefined],
  [inputs.date, '31.12.2026', '2026-12-31'],
  [inputs.date, '12/31/2026', '2026-12-31'],
  [inputs.date, 'tomorrow-ish', undefined],
  [inputs.time, '14:30', '14:30'],
  [inputs.time, '9:05', '09:05'],
  [inputs.time, '2 pm', '14:00'],
  [inputs.time, '12 am', '00:00'],
  [inputs.time, '25:00', undefined],
  [inputs.time, '14', undefined],
  [{ ...inputs.inside, valueOn: 'in', valueOff: 'out' }, 'Yes', 'in'],
  [{ ...inputs.inside, valueOn: 'in', valueOff: 'out' }, 'no', 'out'],
  [{ ...inputs.inside, valueOn: 'in', valueOff: 'out' }, 'perhaps', undefined],
  [{ ...inputs.inside, isRequired: true }, 'no', undefined],
  [inputs.menu, 'vegan', 'vegan'],
  [inputs.menu, 'With Meat', 'meat'],
  [inputs.menu, '2', 'vegan'],
  [inputs.menu, 'fish', undefined],
  [inputs.extras, 'wine and cake', 'w,c'],
  [inputs.extras, '3', 'm'],
  [inputs.extras, 'wine, tea', undefined],
  [{ ...inputs.name, maxLength: undefined, regex: '^[A-Z]\\d{3}$' }, 'A123', 'A123'],
  [{ ...inputs.name, maxLength: undefined, regex: '^[A-Z]\\d{3}$' }, 'abc', undefined],
  // Without a limit of time, this expression would keep the process busy for years.
  [{ ...inputs.name, maxLength: undefined, regex: '^(a+)+$' }, `${'a'.repeat(60)}!`, `${'a'.repeat(60)}!`],
];
for (const [field, said, value] of answers) {
  const { type, id } = { type: '', id: '', ...field };
  test(`"${said}" ${value === undefined ? 'is asked again' : `is ${value}`} for ${type} ${JSON.stringify(field).slice(0, 90)}`, async (t) => {
    // A second field keeps a short choice from being quick replies of its own.
    const { say, seen } = await startForm(t, form([field, inputs.note]));
    await say('form');
    const next = await say(said);
    if (value === undefined) {
      assert.doesNotMatch(next.last, /Anything else/);
      return;
    }
    assert.match(next.last, /Anything else/);
    await say({ text: 'Skip', payload: 'genesys-card-bot:skip-field' });
    assert.deepEqual(seen[0]?.value, { action: 'book', [id]: value });
  });
}

const field: FormField = {
  kind: 'text',
  id: 'field',
  label: 'Field',
  isRequired: false,
  isHidden: false,
  isMulti: false,
  choices: [],
};
const toppings: FormField = {
  ...field,
  kind: 'choice',
  isMulti: true,
  choices: ['Salt and Pepper', 'Sugar', 'Milk'].map((label) => ({ label, value: label.toLowerCase() })),
};
const inLanguages: [field: FormField, language: string, answer: string, value: string | undefined][] = [
  [{ ...field, kind: 'number' }, 'en-US', '12,345.5', '12345.5'],
  [{ ...field, kind: 'number' }, 'en-US', '1.234', '1.234'],
  [{ ...field, kind: 'number' }, 'en-US', '1.234,5', '1234.5'],
  [{ ...field, kind: 'number' }, 'en-US', '1.234.567', '1234567'],
  [{ ...field, kind: 'number' }, 'en-US', '0,125', '0.125'],
  [{ ...field, kind: 'number' }, 'de-DE', '1.000', '1000'],
  [{ ...field, kind: 'number' }, 'de-DE', '\u22125,5', '-5.5'],
  [{ ...field, kind: 'number' }, 'en', '\uFF11\uFF12.\uFF15', '12.5'],
  [{ ...field, kind: 'number' }, 'en', '10²', undefined],
  [{ ...field, kind: 'date' }, 'en', '\uFF12\uFF10\uFF12\uFF16\uFF0F12\uFF0F31', '2026-12-31'],
  [{ ...field, kind: 'time' }, 'en', '\uFF11\uFF14\uFF1A30', '14:30'],
  [{ ...field, kind: 'number' }, 'de-DE', '1.234,56', '1234.56'],
  [{ ...field, kind: 'number' }, 'de-DE', '12,345', '12.345'],
  [{ ...field, kind: 'number' }, 'de-DE', '0.125', '0.125'],
  [{ ...field, kind: 'number' }, 'de-CH', "12'345.5", '12345.5'],
  [{ ...field, kind: 'number' }, 'fr-FR', '12 345,5', '12345.5'],
  [{ ...field, kind: 'number' }, 'en-US', '1,23,4', undefined],
  [{ ...field, kind: 'number' }, 'en-US', '1'.repeat(17), undefined],
  [{ ...field, kind: 'number' }, 'en-US', '9'.repeat(400), undefined],
  [{ ...field, kind: 'date' }, 'ja-JP', '2026/12/31', '2026-12-31'],
  [{ ...field, kind: 'date' }, 'hu-HU', '2026.12.31', '2026-12-31'],
  [{ ...field, kind: 'date' }, 'en-GB', '31/12/2026', '2026-12-31'],
  [{ ...field, kind: 'date' }, 'en-GB', '2026/12-31', undefined],
  [toppings, 'en-US', 'Salt and Pepper, Sugar', 'salt and pepper,sugar'],
  [toppings, 'en-US', 'Sugar and Milk', 'sugar,milk'],
  [toppings, 'en-US', 'Sugar and Tea', undefined],
];
for (const [field, language, answer, value] of inLanguages) {
  const result = value === undefined ? 'is no answer' : `is ${value}`;
  test(`"${answer.slice(0, 30)}" ${result} for a ${field.kind} in ${language}`, () => {
    const given = readAnswer(field, answer, formWordsFor(language), language);
    assert.equal('value' in given ? given.value : undefined, value);
  });
}

test('"back" asks the last field again, "stop" leaves the form, and the button begins it anew', async (t) => {
  const { say, seen } = await startForm(t, form([inputs.name, inputs.guests]));
  const shown = await say('form');
  const [, payload] = /"text":"Book","payload":"([^"]+)"/.exec(shown.json) ?? [];
  assert.ok(payload);
  await say('Ann');
  assert.match((await say('back')).last, /^Your name/);
  await say('Bob');
  assert.match((await say('Stop')).last, /leave the form/);
  assert.equal((await say('hello')).last, 'the bot answers');
  assert.match((await say({ text: 'Book', payload })).last, /^Your name/);
  await say('Cid');
  await say('2');
  assert.deepEqual(
    seen.map(({ text, value }) => text ?? value),
    ['hello', { action: 'book', name: 'Cid', guests: '2' }],
  );
});

test('a customer who speaks German is asked and understood in German', async (t) => {
  const { say, seen } = await startForm(t, form([inputs.date, inputs.inside]));
  const more = { languageCode: 'de-de' };
  const first = await say({ text: 'form', more });
  assert.match(first.last, /zurück/);
  assert.match((await say({ text: 'morgen', more })).last, /Bitte schreiben Sie ein Datum/);
  const toggle = await say({ text: '24.12.2026', more });
  assert.deepEqual(quickReplies(toggle), ['Ja', 'Nein']);
  await say({ text: 'nein', more });
  assert.deepEqual(seen[0]?.value, { action: 'book', date: '2026-12-24', inside: 'false' });
});

test('another button leaves the form and reaches the bot', async (t) => {
  const other = {
    type: 'Action.Submit',
    title: 'Later',
    data: { action: 'later' },
    associatedInputs: 'none',
  };
  const { say, seen } = await startForm(t, form([inputs.name], [submit, other]));
  const { json } = await say('form');
  const [, payload = ''] = /"text":"Later","payload":"((?:[^"\\]|\\.)+)"/.exec(json) ?? [];
  await say({ text: 'Later', payload: JSON.parse(`"${payload}"`) });
  assert.deepEqual(seen[0]?.value, { action: 'later' });
  assert.equal((await say('Ann')).last, 'the bot answers');
});

test('with several actions that send fields the customer chooses one first', async (t) => {
  const approve = { type: 'Action.Submit', title: 'Approve', data: { is: 'approved' } };
  const reject = { type: 'Action.Execute', title: 'Reject', verb: 'reject', data: { is: 'rejected' } };
  const { say, seen } = await startForm(t, form([inputs.note], [approve, reject]));
  const { json, last } = await say('form');
  assert.doesNotMatch(last, /Anything else/);
  const [, payload] = /"text":"Reject","payload":"([^"]+)"/.exec(json) ?? [];
  assert.ok(payload);
  assert.match((await say({ text: 'Reject', payload })).last, /^Anything else/);
  await say('too late');
  assert.equal(seen[0]?.name, 'adaptiveCard/action');
  assert.deepEqual(seen[0]?.value.action.data, { is: 'rejected', note: 'too late' });
});

test('an action of a card that opens sends its own fields and those around it', async (t) => {
  const card = { type: 'AdaptiveCard', body: [inputs.note], actions: [{ ...submit, title: 'Send' }] };
  const { say, seen } = await startForm(
    t,
    form([inputs.name], [{ type: 'Action.ShowCard', title: 'More', card }]),
  );
  assert.match((await say('form')).last, /^Your name/);
  await say('Ann');
  await say('hello');
  assert.deepEqual(seen[0]?.value, { action: 'book', name: 'Ann', note: 'hello' });
});

test('a hidden field sends its value, one without an id nothing, and the text before a field is its label', async (t) => {
  const body = [
    { ...inputs.note, id: 'token', isVisible: false, value: 'abc' },
    { type: 'Input.Text', placeholder: 'no id' },
    { type: 'TextBlock', text: 'Which **colour**?' },
    { type: 'Input.Text', id: 'colour', placeholder: 'e.g. red', isRequired: true },
  ];
  const { say, seen } = await startForm(t, form(body));
  assert.match((await say('form')).last, /^Which colour\?/);
  await say('blue');
  assert.deepEqual(seen[0]?.value, { action: 'book', token: 'abc', colour: 'blue' });
});

const unreadable: [field: object, answer: string, path: string][] = [
  [{ ...inputs.name, regex: '^[A-Z' }, 'ann', 'body[1].regex'],
  [{ ...inputs.guests, min: 'one' }, '5', 'body[1].min'],
  [{ ...inputs.guests, max: '1.000,5' }, '5', 'body[1].max'],
  [{ ...inputs.date, min: '2026/12/01' }, '2026-12-24', 'body[1].min'],
  [{ ...inputs.date, max: '31.12.2026' }, '2026-12-24', 'body[1].max'],
  [{ ...inputs.time, min: '8 am' }, '14:30', 'body[1].min'],
];
for (const [field, answer, path] of unreadable) {
  test(`a limit that cannot be read limits no answer, and is reported: ${JSON.stringify(field)}`, async (t) => {
    const { say, bot, seen } = await startForm(t, form([field]));
    await say('form');
    assert.ok(JSON.stringify(bot.changes).includes(`${path}","what":"left out: it cannot be read`));
    await say(answer);
    assert.equal(seen.length, 1);
  });
}

test('forms can be switched off: an action whose fields cannot be filled in is left out, and that is told', async (t) => {
  const { say, bot } = await startForm(t, form([inputs.name]), { forms: false });
  const { json } = await say('form');
  assert.doesNotMatch(json, /"Book"/);
  assert.match(JSON.stringify(bot.changes), /its fields cannot be filled in/);
});

test('a form goes on in another instance that shares the storage', async (t) => {
  const { MemoryStorage } = await import('botbuilder');
  const storage = new MemoryStorage();
  const one = await startForm(t, form([inputs.name, inputs.guests]), { storage });
  const two = await startForm(t, form([inputs.name, inputs.guests]), { storage });
  await one.say('form');
  await two.say('Ann');
  await one.say('3');
  assert.deepEqual(one.seen[0]?.value, { action: 'book', name: 'Ann', guests: '3' });
});
