/**
 * Every error code of the project, with its meaning and the advice to the reader.
 *
 * Codes are stable: scripts, dashboards and the audit log compare them. `docs/errors.md` is this table for people.
 */
export const errorCodes = {
  'config.invalid': ['The configuration cannot be used.', 'Correct the settings that the message names.'],
  'file.unreadable': [
    'A file named on the command line cannot be read.',
    'Check the name and the permissions of the file.',
  ],
  'activity.invalid': [
    'An incoming activity is not a Bot Framework activity.',
    'Correct the value that the JSON path names.',
  ],
  'template.unknown': [
    'No template has this id and version.',
    'Run `npm run cards -- list` to see the templates.',
  ],
  'template.missingField': [
    'A required dynamic field is missing.',
    'Let the dialog fill the field at the path.',
  ],
  'template.invalidField': [
    'A dynamic field does not fit the schema of its template.',
    'Compare the field at the path with the `fields` schema of the template.',
  ],
  'template.unknownField': [
    'A dynamic field is not declared by its template.',
    'Declare it in the `fields` schema or do not send it.',
  ],
  'template.invalid': [
    'A template file is not valid.',
    'Run `npm run cards -- lint` and correct the file at the path.',
  ],
  'template.duplicate': [
    'Two files publish the same template version.',
    'A published version never changes: give the new file the next version.',
  ],
  'card.schema': [
    'The JSON does not have the shape of a card.',
    'Compare the value at the path with docs/cards.md.',
  ],
  'card.limit': ['A card is over a limit.', 'Shorten the value at the path, or use two cards.'],
  'card.unsafeText': [
    'The text is invisible or empty, or it contains control characters.',
    'Correct the text at the path.',
  ],
  'card.unsafeUrl': [
    'A link or picture address is not allowed.',
    'Use a plain https address of a host on the allow-list.',
  ],
  'genesys.unauthorized': [
    'Genesys rejected the OAuth client.',
    'Check GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET and the region.',
  ],
  'genesys.forbidden': [
    'The OAuth client may not write to this conversation.',
    'Give the client the scope or permission that the message names.',
  ],
  'genesys.conversationEnded': [
    'The conversation is no longer active.',
    'No action needed: the customer has left.',
  ],
  'genesys.noSession': [
    'The conversation has no bot session that accepts a card now.',
    'Send cards while the flow runs its action Call Digital Bot Connector.',
  ],
  'genesys.rejected': ['Genesys rejected the card.', 'Look the card up with `npm run cards -- show ID`.'],
  'genesys.rateLimited': [
    'Genesys limited the request rate (429).',
    'If it lasts for minutes, lower GENESYS_REQUESTS_PER_MINUTE.',
  ],
  'genesys.unavailable': [
    'Genesys is unreachable or answered with an error.',
    'Check the Genesys status page. The outbox keeps the cards and retries.',
  ],
  'genesys.unknownOutcome': [
    'A card was sent and Genesys did not answer: the card may have arrived.',
    'Check in Genesys whether the customer has the card. If not, run `npm run cards -- replay ID`.',
  ],
  'delivery.fault': [
    'The delivery failed because of an error in this program.',
    'Find `delivery.fault` in the log and report it. Then run `npm run cards -- replay ID`.',
  ],
  'store.full': [
    'Too many cards are waiting.',
    'Run `npm run cards -- status`: Genesys is slow or unreachable.',
  ],
  'store.locked': ['Another process uses the store.', 'Stop the other process, or set another DATA_DIR.'],
  'store.unavailable': [
    'The store cannot be read or written.',
    'Check the disk space, the file permissions and the database.',
  ],
  'store.damaged': [
    'The files of the store are damaged, or they were deleted or replaced while the bot runs.',
    'Stop the bot, put an intact cards.sqlite into DATA_DIR or remove the damaged one, and start the bot.',
  ],
  'store.tooLarge': [
    'The state of a conversation is larger than 2 MiB.',
    'Keep less in the conversation and dialog state. Give a list that grows with each turn a limit.',
  ],
  'store.conflict': [
    'Two different cards have the same messageId.',
    'Create a new messageId for each card; reuse it only to repeat the same card.',
  ],
} as const satisfies Record<string, readonly [meaning: string, whatToDo: string]>;

/** A stable error code such as `card.limit`. */
export type ErrorCode = keyof typeof errorCodes;

/** Details of an error. None holds a secret, a token or customer text. */
export interface ErrorDetails {
  /** JSON path of the offending value, such as `$.components[2].text`. */
  path?: string | undefined;
  /** The advice; default: that of the code in `errorCodes`. */
  hint?: string | undefined;
  /** The error that led here; kept for the log, never shown to a customer. */
  cause?: unknown;
}

/** The one error class of the project: a stable code, a plain sentence, a path and a hint. */
export class CodedError extends Error {
  override readonly name = 'CodedError';
  readonly code: ErrorCode;
  readonly path: string | undefined;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.path = details.path;
    this.hint = details.hint ?? errorCodes[code][1];
  }
}

/** Returns the error's code, or undefined when the error is not one of ours. */
export function codeOf(error: unknown): ErrorCode | undefined {
  return error instanceof CodedError ? error.code : undefined;
}

const plainKey = /^[A-Za-z_$][\w$-]{0,40}$/;

/** Appends a key or index to a JSON path; a key that is not a plain name is shown as `[?]`, for it may be customer text. */
export function joinPath(parent: string, key: PropertyKey): string {
  if (typeof key === 'number') return `${parent}[${key}]`;
  return typeof key === 'string' && plainKey.test(key) ? `${parent}.${key}` : `${parent}[?]`;
}

/** The beginning of a JSON path: the name before the `$` is that of the document. */
export type DocumentRoot = '$' | 'card:$' | 'fields:$' | 'request:$' | 'template:$';

/** Writes a list of keys, as zod reports them, as a JSON path. */
export function writeJsonPath(keys: readonly PropertyKey[], root: DocumentRoot = '$'): string {
  return keys.reduce<string>((parent, key) => joinPath(parent, key), root);
}

/** Returns the JSON path of a value; called only when the value has an error. */
export type At = () => string;
