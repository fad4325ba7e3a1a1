import { checkUrl, type UrlPolicy } from './urlPolicy.ts';

/**
 * Clients make links of bare addresses in a text, so a policy on links has to hold for these, too. An address that the
 * policy does not allow gets zero-width spaces around its dots, between its slashes and around its `@`: it reads as before,
 * and no client links it. Every rule here errs on the side of breaking, which nobody sees.
 */
const invisibleSpace = '\u200b';

const dots = '[.\\u3002\\uff0e\\uff61]';
/** A client may take these for an address: a dot before two letters, `www.`, four numbers with dots, a mailbox, two slashes. */
const mayBeAddress = new RegExp(
  `\\S${dots}(?:(?!\\u200b)\\p{DI})*\\p{L}[\\p{L}\\p{M}\\p{N}\\p{DI}-]|www${dots}|\\d\\.\\d{1,3}\\.\\d{1,3}\\.\\d|\\S@\\S|//`,
  'iu',
);
/** Where an address is broken. */
const joint = new RegExp(`(?<=\\S)(?:${dots}(?=[\\p{L}\\p{M}\\p{N}\\p{DI}_-])|@(?=\\S))|/(?=/)`, 'gu');
const opening = /^[("'“„‘«[]+/;
const closing = /(?<![.,;:!?)\]"'”’»…])[.,;:!?)\]"'”’»…]+$/;
/** A web address that every client reads alike, from its first character to its last. */
const webAddress =
  /^(?:https?:\/\/)?([\p{L}\p{M}\p{N}.-]+(?:[/?#](?!.*(?:\/\/|www\.))[\p{L}\p{M}\p{N}\p{Co}/_.~%?&=+#-]*)?)$/iu;
const mailAddress = /^(?:mailto:)?([a-z\d._+-]+@[\p{L}\p{M}\p{N}.-]+)$/iu;

/** Says whether a text may hold an address that the policy does not allow. */
export function mayShowForeignAddress(text: string, { linkHosts }: UrlPolicy): boolean {
  return linkHosts !== undefined && mayBeAddress.test(text);
}

/** Breaks each bare address of a plain text that the policy does not allow. Idempotent; without a list of hosts nothing changes. */
export function breakAddresses(text: string, policy: UrlPolicy): string {
  return mayShowForeignAddress(text, policy) ? insertSpaces(text, breakPoints(text, policy)) : text;
}

/** Writes a zero-width space at each of these places. */
export function insertSpaces(text: string, places: readonly number[]): string {
  let out = '';
  let done = 0;
  for (const place of places) {
    out += text.slice(done, place) + invisibleSpace;
    done = place;
  }
  return out + text.slice(done);
}

/**
 * The places at which a text is to be broken, in their order.
 *
 * @param isParted - whether something invisible, such as a mark, stands between two places. Clients differ on where an address
 * ends there, so an address stays in one piece only where nothing does.
 */
export function breakPoints(
  text: string,
  policy: UrlPolicy,
  isParted: (from: number, to: number) => boolean = () => false,
): number[] {
  if (!mayShowForeignAddress(text, policy)) return [];
  const places: number[] = [];
  for (const { 0: word, index } of text.matchAll(/\S+/g)) {
    if (!mayBeAddress.test(word)) continue;
    if (isAllowed(word, policy) && !isParted(index, index + word.length)) continue;
    for (const { 0: found, index: within } of word.matchAll(joint)) {
      if (found !== '/' && word[within - 1] !== invisibleSpace) places.push(index + within);
      if (word[within + 1] !== invisibleSpace) places.push(index + within + 1);
    }
  }
  return places;
}

function isAllowed(word: string, policy: UrlPolicy): boolean {
  const shown = word.replace(opening, '').replace(closing, '');
  const web = webAddress.exec(shown)?.[1];
  if (web !== undefined) return checkUrl(`https://${web}`, 'link', policy).ok;
  const mail = mailAddress.exec(shown)?.[1];
  return mail !== undefined && checkUrl(`mailto:${mail}`, 'link', policy).ok;
}
