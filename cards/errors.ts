/**
 * Every error code of the project: what it means and what to do about it.
 *
 * Codes are stable: scripts, dashboards and the audit log compare them. `docs/errors.md` is this table for people.
 */
export const errorCodes = {
  'config.invalid': ['The configuration cannot be used.', 'Correct the settings that the message lists.'],
  'file.unreadable': ['A file that a command is given cannot be read.', 'Check its name and rights.'],
  'activity.invalid': [
    'An incoming activity is not a Bot Framework activity.',
    'Send what the JSON path in the message asks for.',
  ],
  'template.unknown': [
    'No template has this id and version.',
    'Run `npm run cards -- list` for those there are.',
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
    'A template file is wrong.',
    'Run `npm run cards -- lint` and correct the file at the path.',
  ],
  'template.duplicate': [
    'Two files publish the same template version.',
    'A published version never changes: give the new file the next version.',
  ],
  'card.schema': [
    'A card does not have the shape of a card.',
    'Compare the value at the path with docs/cards.md.',
  ],
  'card.limit': ['A card is over one of the limits.', 'Shorten what is at the path, or use two cards.'],
  'card.unsafeText': [
    'A text cannot be shown: it has nothing visible or holds what no text may hold.',
    'Correct the text at the path.',
  ],
  'card.unsafeUrl': [
    'A link or picture address is not clearly allowed.',
    'Use a plain https address of a host on the allow-list.',
  ],
  'genesys.unauthorized': [
    'Genesys refused the OAuth client.',
    'Check GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET and the region.',
  ],
  'genesys.forbidden': [
    'The OAuth client may not write to this conversation.',
    'Give the client the scope or permission that the message names.',
  ],
  'genesys.conversationEnded': [
    'The conversation is no longer active.',
    'Nothing to repair: the customer has left.',
  ],
  'genesys.rejected': ['Genesys refused the card.', 'Look the card up with `npm run cards -- show ID`.'],
  'genesys.rateLimited': [
    'Genesys asked to send more slowly.',
    'Nothing, if it passes; else lower GENESYS_REQUESTS_PER_MINUTE.',
  ],
  'genesys.unavailable': [
    'Genesys cannot be reached or failed.',
    'Look at the Genesys status page; cards wait.',
  ],
  'genesys.unknownOutcome': [
    'A card was sent and no answer came: it may have arrived.',
    'Ask the customer or look in Genesys, then `npm run cards -- replay ID` if it is missing.',
  ],
  'delivery.fault': [
    'The delivery failed by an error in this program.',
    'Look for `delivery.fault` in the log, report it, then `npm run cards -- replay ID`.',
  ],
  'store.full': ['Too many cards wait.', 'Look at `npm run cards -- status`: Genesys is slow or away.'],
  'store.locked': [
    'Another process uses the store.',
    'Stop that process, or give this one its own DATA_DIR.',
  ],
  'store.unavailable': ['The store cannot be read or written.', 'Check disk space, rights and the database.'],
  'store.conflict': [
    'The same messageId was given to two different cards.',
    'Make a new messageId for each card; keep it only for repeats.',
  ],
} as const satisfies Record<string, readonly [meaning: string, whatToDo: string]>;

/** A stable error code such as `card.limit`. */
export type ErrorCode = keyof typeof errorCodes;

/** What an error may carry besides its code: nothing of it holds a secret, a token or customer text. */
export interface ErrorDetails {
  /** JSON path of the offending value, such as `$.components[2].text`. */
  path?: string;
  /** What to do; default: the registry's advice for the code. */
  hint?: string;
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
