/** How sure a rule is: Genesys' own code, model or page (A), working code of others (B), one weak statement (C). */
type Sureness = 'A' | 'B' | 'C';

/** What a strict Genesys does with an answer that breaks a rule. */
type Effect =
  | 'the flow fails' // the answer is dropped whole and the customer is taken from the bot
  | 'the message is not shown'
  | 'it is ignored'; // the rest of the answer counts

/** One thing that Genesys asks of a bot. */
export interface Rule {
  /** What the bot must do. */
  says: string;
  effect: Effect;
  source: string;
  sure: Sureness;
}

const models = 'models of the platform SDK';
const mobile = 'models of the mobile transport SDK';
const adapters = 'working adapters of other vendors';

/** Every rule by its number. A number is never used again for another rule. */
export const rules = {
  1: {
    says: 'The bot answers in time: v1 within 10 s, v2 within 30 s',
    effect: 'the flow fails',
    source: `help page of the Digital Bot Connector (v2); ${adapters} (v1)`,
    sure: 'B',
  },
  2: {
    says: 'The HTTP status is 200; v2 may acknowledge with an empty 200 or 202',
    effect: 'the flow fails',
    source: adapters,
    sure: 'B',
  },
  3: {
    says: 'The body is a JSON object',
    effect: 'the flow fails',
    source: models,
    sure: 'A',
  },
  4: {
    says: 'The body has at most 512,000 bytes',
    effect: 'the flow fails',
    source: 'limit request.bytes.max',
    sure: 'B',
  },
  5: {
    says: 'The bot is reached: no refused, reset or redirected connection',
    effect: 'the flow fails',
    source: adapters,
    sure: 'B',
  },
  6: {
    says: 'v2: GET …/bots lists bots with id, name, provider and versions with languages and intents',
    effect: 'it is ignored',
    source: `${models} (BotListing)`,
    sure: 'A',
  },
  10: {
    says: 'botState is MoreData, Complete or Failed, in any case',
    effect: 'the flow fails',
    source: models,
    sure: 'A',
  },
  11: {
    says: 'An intent is one of the registered intents',
    effect: 'the flow fails',
    source: 'README of a v2 sample of Genesys staff',
    sure: 'B',
  },
  12: {
    says: 'Complete and Failed name an intent',
    effect: 'the flow fails',
    source: `${models} (OutgoingMessageRequest)`,
    sure: 'A',
  },
  13: { says: 'v1: every turn names an intent', effect: 'it is ignored', source: adapters, sure: 'B' },
  14: {
    says: 'v1: the same intent comes at most three times in a row while no slot changes',
    effect: 'the flow fails',
    source: adapters,
    sure: 'B',
  },
  15: {
    says: 'v1: messages are in replymessages, with a small m',
    effect: 'it is ignored',
    source: 'blueprint of Genesys for Power Virtual Agents',
    sure: 'A',
  },
  16: {
    says: 'parameters is a flat map of texts',
    effect: 'the flow fails',
    source: adapters,
    sure: 'B',
  },
  17: {
    says: 'confidence is a number from 0 to 1',
    effect: 'the flow fails',
    source: models,
    sure: 'A',
  },
  18: {
    says: 'v1: slotValues holds texts, numbers, booleans, lists of them, or {amount, code}',
    effect: 'the flow fails',
    source: models,
    sure: 'A',
  },
  19: {
    says: 'v2: an entity has a name, a type, and a value, or values for a collection',
    effect: 'the flow fails',
    source: `${models} (BotEntityValue)`,
    sure: 'A',
  },
  20: {
    says: "v2: an entity's value has the format of its type",
    effect: 'it is ignored',
    source: `${models} (BotEntityValue)`,
    sure: 'A',
  },
  21: {
    says: 'errorInfo has errorCode and errorMessage, or code and message, as texts',
    effect: 'the flow fails',
    source: models,
    sure: 'A',
  },
  22: {
    says: 'The answer has no other fields',
    effect: 'it is ignored',
    source: models,
    sure: 'A',
  },
  23: {
    says: 'The list of messages is a list',
    effect: 'the flow fails',
    source: models,
    sure: 'A',
  },
  30: {
    says: 'The type of a message is Text or Structured, in any case',
    effect: 'the message is not shown',
    source: models,
    sure: 'A',
  },
  31: {
    says: 'A message has a text that is not blank, of at most 4,000 characters',
    effect: 'the message is not shown',
    source: 'limit outbound.webmessaging.and.open.messaging.characters.max',
    sure: 'A',
  },
  32: {
    says: 'A Structured message has content; a Text message has none',
    effect: 'the message is not shown',
    source: mobile,
    sure: 'A',
  },
  33: {
    says: 'Content is a Card, Carousel, QuickReply, Attachment, DatePicker, ListPicker or Form, in the field of its name',
    effect: 'the message is not shown',
    source: mobile,
    sure: 'A',
  },
  34: {
    says: 'A card has a title that is not blank',
    effect: 'the message is not shown',
    source: models,
    sure: 'A',
  },
  35: {
    says: 'A card has a description and actions, though they may be empty',
    effect: 'the message is not shown',
    source: mobile,
    sure: 'A',
  },
  36: {
    says: 'An action is a Link or a Postback and has a text; a Postback has a payload',
    effect: 'the message is not shown',
    source: mobile,
    sure: 'A',
  },
  37: {
    says: 'The address of a link begins with https, mailto or tel',
    effect: 'the message is not shown',
    source: 'schemes that the Messenger opens',
    sure: 'B',
  },
  38: {
    says: 'The address of a picture or video begins with https',
    effect: 'the message is not shown',
    source: 'browsers block mixed content',
    sure: 'B',
  },
  39: {
    says: 'A carousel has one to ten cards',
    effect: 'the message is not shown',
    source: 'help page: Work with carousels in bot conversations',
    sure: 'A',
  },
  40: {
    says: 'No two actions of a message have the same payload and text',
    effect: 'the message is not shown',
    source: models,
    sure: 'A',
  },
  41: {
    says: 'A quick reply has a text and a payload; its action is Message',
    effect: 'the message is not shown',
    source: models,
    sure: 'A',
  },
  42: {
    says: 'An attachment has an address and a mediaType: Image, Video, Audio, File or Link',
    effect: 'the message is not shown',
    source: models,
    sure: 'A',
  },
  43: {
    says: 'A message and its content have no other fields',
    effect: 'the message is not shown',
    source: models,
    sure: 'B',
  },
  44: {
    says: 'A date picker has a title, and times as {dateTime, duration} or a first or last day',
    effect: 'the message is not shown',
    source: mobile,
    sure: 'A',
  },
  45: {
    says: 'A list picker has sections of items with id and title, and the title of its received message',
    effect: 'the message is not shown',
    source: 'the Messenger as others measured it',
    sure: 'B',
  },
  46: {
    says: 'A form has a cannedResponseId, and pages with a title, a subtitle and fields: input, listPicker, wheelPicker or datePicker',
    effect: 'the message is not shown',
    source: 'models of the guest API',
    sure: 'A',
  },
  50: {
    says: 'v2: a later answer names botId, botVersion, botSessionId and languageCode, and no other fields than an answer has',
    effect: 'the flow fails',
    source: `${models} (OutgoingMessageRequest)`,
    sure: 'A',
  },
  51: {
    says: 'v2: a later answer belongs to a session of this bot that is not over',
    effect: 'the message is not shown',
    source: 'README of a v2 sample of Genesys staff',
    sure: 'B',
  },
  52: {
    says: 'v2: an acknowledged message is answered in time',
    effect: 'the flow fails',
    source: 'help page: Bot Response Timeout',
    sure: 'A',
  },
} as const satisfies Record<number, Rule>;

/** The number of a rule. */
export type RuleNumber = keyof typeof rules;

/** The page `sandbox/rules.md`. */
export function writeRulesPage(): string {
  const rows = Object.entries<Rule>(rules).map(
    ([number, { says, effect, sure, source }]) => `| ${number} | ${says} | ${effect} | ${sure} | ${source} |`,
  );
  return `# What Genesys asks of a bot

The sandbox holds every answer of a bot to these rules and names the number in its complaints. No list like this is published: each
rule has its source and says how sure it is. **A** is Genesys' own code, model or page, **B** working code of others, **C** a single weak
statement. This page is made from \`architect/rules.ts\`.

| rule | the bot | else | sure | source |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}
