import type { Command } from './command.ts';

/** A command: its help, and the function that loads it when it is called. */
interface CommandEntry {
  readonly usage: string;
  readonly summary: string;
  /** True for a command that does not read the settings of this bot. Default: false. */
  readonly isForAnyBot?: true;
  /** True for a command about one organisation: if there are several, `--org` must name one. Default: false. */
  readonly hasStore?: boolean;
  load(): Promise<Command>;
}

/** Options that filter cards. */
const filters = '[--code CODE] [--template NAME] [--conversation ID] [--since TIME|2h|7d]';

/** Every command of `npm run cards` and `npx genesys-card-bot`, in the order of `--help`. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  init: {
    usage: 'init [--yes]',
    summary:
      'add Genesys to the bot in this folder: shows the lines that it would add, and adds them after a yes',
    isForAnyBot: true,
    load: async () => (await import('./init.ts')).init,
  },
  try: {
    usage: 'try [--bot URL] [--port N] [-- COMMAND…]',
    summary:
      'talk to a bot in a local Genesys; COMMAND starts the bot with GENESYS_CONNECTOR_SECRET in its environment',
    isForAnyBot: true,
    load: async () => (await import('./playGenesys.ts')).tryBot,
  },
  sandbox: {
    usage:
      'sandbox --bot URL [--secret SECRET] [--header NAME] [--v1-path PATH] [--v2-path PATH] [--cert FILE --key FILE] [--ca FILE] [--port N]',
    summary: 'run a local Genesys for a bot in any language: its Messenger, its API and its strict checks',
    isForAnyBot: true,
    load: async () => (await import('./playGenesys.ts')).sandbox,
  },
  verify: {
    usage:
      'verify --bot URL [--route v1|v2] [--secret SECRET] [--header NAME] [--v1-path PATH] [--v2-path PATH] [--cert FILE --key FILE] [--ca FILE] [--port N] [--json] [--junit FILE]',
    summary:
      'play conversations against any bot as Genesys does, and report by rule what a strict Genesys would drop; exit 1 when a rule is broken',
    load: async () => (await import('./playGenesys.ts')).verify,
  },
  bots: {
    hasStore: true,
    usage: 'bots register|list --integration ID',
    summary:
      'register the list of bots with a Genesys Bot Connector (v1) integration, or read the registered list',
    load: async () => (await import('./bots.ts')).bots,
  },
  list: {
    usage: 'list',
    summary: 'list the templates with their locales, samples and fields',
    load: async () => (await import('./list.ts')).list,
  },
  studio: {
    usage: 'studio [FOLDER…] [--port N]',
    summary:
      'edit template files in the browser and see the cards as customers will; FOLDER: default those of the bot',
    load: async () => (await import('./studio.ts')).studio,
  },
  lint: {
    usage: 'lint [FILE|FOLDER…] [--watch] [--format text|github|json]',
    summary:
      'check template files: every problem with file:line:column, JSON path and a hint, and warnings; exit 1 on any problem',
    load: async () => (await import('./lint.ts')).lint,
  },
  preview: {
    usage:
      'preview TEMPLATE [--sample NAME] [--format guest|genesys|adaptive|text|dialog|curl|v1|v2] [--locale xx]',
    summary:
      'show a sample of a template in one format (default guest), as the code of a dialog, as curl for the cards API, or as the answer to a Bot Connector',
    load: async () => (await import('./preview.ts')).preview,
  },
  diff: {
    usage: 'diff TEMPLATE TEMPLATE',
    summary:
      'compare what each receiver gets from two versions, for every sample and locale of the second; exit 1 on a difference',
    load: async () => (await import('./preview.ts')).diff,
  },
  picture: {
    usage:
      'picture TEMPLATE [--sample NAME] [--locale xx] [--view guest|v1|v2|adaptive|text] [--width phone|desktop] [--theme light|dark] [-o FILE]',
    summary:
      'take a picture (PNG) of a sample, for the person who approves it; needs playwright-core and Chrome, Chromium or Edge (or CHROME_PATH)',
    load: async () => (await import('./preview.ts')).picture,
  },
  check: {
    usage: 'check --jsonl',
    summary:
      'check card requests from standard input: {id, templateId, fields, locale?} or {id, card}, one a line',
    load: async () => (await import('./check.ts')).check,
  },
  convert: {
    usage: 'convert [FILE] | convert --jsonl',
    summary:
      'show what an activity, an attachment or an Adaptive Card (a file, else standard input) becomes; --jsonl: {id, activity, locale?}, one a line',
    load: async () => (await import('./convert.ts')).convert,
  },
  new: {
    usage: 'new NAME [--from START | --like TEMPLATE]',
    summary:
      'write a template file to begin with into CARD_TEMPLATES_DIR or the current folder: from a start template (appointment, boarding-pass, branch-finder, invoice, parcel, payment-reminder, product-carousel, survey) or like another one (default help-v1)',
    load: async () => (await import('./templateFiles.ts')).newTemplate,
  },
  types: {
    usage: 'types [FILE]',
    summary:
      'write the TypeScript types of the fields of every template (default card-templates.d.ts, - for standard output): sendCard then takes no others',
    load: async () => (await import('./templateFiles.ts')).types,
  },
  mcp: {
    usage: 'mcp',
    summary:
      'run an MCP server on standard input and output: a language model lists, checks and previews templates and converts activities; needs @modelcontextprotocol/sdk',
    load: async () => (await import('./mcp.ts')).mcp,
  },
  publish: {
    usage: 'publish NAME… [--yes]',
    summary: 'mark template versions as published (asks first): their files must not change any more',
    load: async () => (await import('./templateFiles.ts')).publishCommand,
  },
  send: {
    hasStore: true,
    usage:
      'send CONVERSATION TEMPLATE [--fields FILE|-] [--locale xx] [--message-id ID] [--wait SECONDS] [--json] | send --jsonl FILE|- [--batch NAME]',
    summary:
      'send a card without a bot, or a batch of {conversationId, templateId, fields, locale?, messageId?}, one a line; to continue a killed batch, send it again. A running bot with the same store sends the cards',
    load: async () => (await import('./send.ts')).send,
  },
  status: {
    hasStore: true,
    usage: 'status [--json]',
    summary: 'show the waiting cards, the dead letters and the last hour',
    load: async () => (await import('./operator.ts')).status,
  },
  watch: {
    hasStore: true,
    usage: 'watch [--every SECONDS] [--count N]',
    summary: 'repeat the figures of status, by default every 2 seconds',
    load: async () => (await import('./operator.ts')).watch,
  },
  'dead-letters': {
    hasStore: true,
    usage: `dead-letters ${filters} [--limit N] [--json]`,
    summary:
      'list cards that ended as rejected, unknown or failed, oldest first, with the reason; without closed ones and those of customers who had left',
    load: async () => (await import('./cardLists.ts')).deadLetters,
  },
  waiting: {
    hasStore: true,
    usage: `waiting ${filters} [--limit N] [--json]`,
    summary: 'list cards that wait or are being sent, oldest first',
    load: async () => (await import('./cardLists.ts')).waiting,
  },
  show: {
    hasStore: true,
    usage: 'show ID [--content] [--json]',
    summary:
      'show one card and its events, one on each line; --content adds the text for the customer, --json shows everything',
    load: async () => (await import('./operator.ts')).show,
  },
  replay: {
    hasStore: true,
    usage: `replay ID… | --all | ${filters} [--dry-run]`,
    summary:
      'send dead letters again under the same id; a running bot picks them up. --dry-run only lists them',
    load: async () => (await import('./cardLists.ts')).replay,
  },
  resolve: {
    hasStore: true,
    usage: `resolve ID… | --all | ${filters} --reason TEXT [--dry-run]`,
    summary:
      'close dead letters that need no more work: the store keeps them, and no command lists or counts them',
    load: async () => (await import('./cardLists.ts')).resolve,
  },
  forget: {
    hasStore: true,
    usage: 'forget CONVERSATION',
    summary:
      'delete everything about one conversation from the store (by its id in Genesys, in the Bot Framework, or of its session): cards, state, its name in the audit log',
    load: async () => (await import('./operator.ts')).forget,
  },
  audit: {
    hasStore: true,
    usage: 'audit export [--after SEQ] | audit verify [--head SEQ:HASH]',
    summary:
      'write the audit log as JSON lines, or verify its chain of hashes; --head: the log must still contain this entry, which you noted before',
    load: async () => (await import('./operator.ts')).audit,
  },
};

/** The headings of `--help`, each by the command that it stands above. */
export const headings: Readonly<Record<string, string>> = {
  init: 'Connect a bot',
  list: 'Card templates',
  send: 'Cards in the store',
};
