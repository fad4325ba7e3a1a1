/**
 * Markdown to a tree of plain objects; nothing here makes HTML. A node is a string or
 * `{ kind: 'strong'|'em'|'s'|'mark'|'code'|'link', children, href? }`.
 */

const linkSchemes = ['https:', 'mailto:', 'tel:'];

/** Whether a customer may be sent to this address. */
export function isSafeLink(url) {
  if (/[\p{Cc}\s]/u.test(url) || !URL.canParse(url)) return false;
  const { protocol, username, password } = new URL(url);
  return linkSchemes.includes(protocol) && username === '' && password === '';
}

/** Marks of CommonMark and of Genesys Messenger, where one asterisk is bold. */
export const commonMark = [
  { mark: '**', kind: 'strong' },
  { mark: '__', kind: 'strong', wholeWords: true },
  { mark: '~~', kind: 's' },
  { mark: '*', kind: 'em' },
  { mark: '_', kind: 'em', wholeWords: true },
];
export const messengerDialect = [
  { mark: '*', kind: 'strong', wholeWords: true },
  { mark: '_', kind: 'em', wholeWords: true },
  { mark: '~', kind: 's', wholeWords: true },
  { mark: '==', kind: 'mark' },
];
export const plainText = [];

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };
const isWordEdge = (character) => character === undefined || !/[\p{L}\p{N}]/u.test(character);

function entityAt(text, at) {
  const [whole, hex, decimal, name] =
    /^&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]{2,5}));/i.exec(text.slice(at, at + 12)) ?? [];
  if (whole === undefined) return undefined;
  const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
  const character = name
    ? entities[name]
    : code > 0 && code <= 0x10ffff
      ? String.fromCodePoint(code)
      : undefined;
  return character === undefined ? undefined : { character, length: whole.length };
}

/** The place of the closing mark, or -1; an escaped one and one after a blank do not close. */
function closingOf(text, from, { mark, wholeWords }) {
  for (let at = text.indexOf(mark, from); at !== -1; at = text.indexOf(mark, at + 1)) {
    const after = text[at + mark.length];
    const isLonger = mark.length === 1 && (after === mark || text[at - 1] === mark);
    const isFree = text[at - 1] !== '\\' && !/\s/.test(text[at - 1] ?? ' ') && !isLonger;
    if (at > from && isFree && (!wholeWords || isWordEdge(after))) return at;
  }
  return -1;
}

function markAt(text, at, dialect) {
  for (const rule of dialect) {
    if (!text.startsWith(rule.mark, at)) continue;
    const inside = at + rule.mark.length;
    if (/^\s?$/.test(text[inside] ?? '')) continue;
    if (rule.wholeWords && !isWordEdge(text[at - 1])) continue;
    const end = closingOf(text, inside, rule);
    if (end !== -1) return { kind: rule.kind, inner: text.slice(inside, end), end: end + rule.mark.length };
  }
  return undefined;
}

function linkAt(text, at) {
  const rest = text.slice(at, at + 5_000);
  const named = /^\[((?:\\.|[^\]\\])*)\]\(\s*<?((?:\\.|[^\s<>()\\]|\([^\s()]*\))*)>?\s*\)/.exec(rest);
  if (named)
    return { words: named[1], href: named[2].replace(/\\([!-/:-@[-`{-~])/g, '$1'), length: named[0].length };
  const bare =
    /^<((?:https|mailto|tel):[^\s<>]+)>/.exec(rest) ?? /^https:\/\/[^\s<>]*[^\s<>.,:;!?)\]'"*_~]/.exec(rest);
  return bare ? { bare: bare[1] ?? bare[0], href: bare[1] ?? bare[0], length: bare[0].length } : undefined;
}

/** Reads inline text in a dialect; links to unsafe addresses stay as their words. */
export function parseInline(text, dialect, levels = 6) {
  const nodes = [];
  let plain = '';
  const flush = () => {
    if (plain !== '') nodes.push(plain);
    plain = '';
  };
  const isPlain = dialect.length === 0;
  for (let at = 0; at < text.length; ) {
    const character = text[at];
    if (!isPlain && character === '\\' && /[!-/:-@[-`{-~\n]/.test(text[at + 1] ?? '')) {
      plain += text[at + 1];
      at += 2;
      continue;
    }
    const entity = !isPlain && character === '&' ? entityAt(text, at) : undefined;
    if (entity) {
      plain += entity.character;
      at += entity.length;
      continue;
    }
    const code =
      !isPlain && character === '`' ? /^(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/.exec(text.slice(at)) : null;
    if (code) {
      flush();
      nodes.push({ kind: 'code', children: [code[2].trim()] });
      at += code[0].length;
      continue;
    }
    const canLink =
      character === 'h' ? isWordEdge(text[at - 1]) : !isPlain && (character === '[' || character === '<');
    const link = canLink ? linkAt(text, at) : undefined;
    if (link) {
      flush();
      const words = link.bare ? [link.bare] : parseInline(link.words, dialect, levels - 1);
      if (isSafeLink(link.href)) nodes.push({ kind: 'link', href: link.href, children: words });
      else nodes.push(...words);
      at += link.length;
      continue;
    }
    const marked = levels > 0 ? markAt(text, at, dialect) : undefined;
    if (marked) {
      flush();
      nodes.push({ kind: marked.kind, children: parseInline(marked.inner, dialect, levels - 1) });
      at = marked.end;
      continue;
    }
    plain += character;
    at += 1;
  }
  flush();
  return nodes;
}

const bullet = /^\s{0,3}[-*+]\s+(.*)$/;
const numbered = /^\s{0,3}\d{1,9}[.)]\s+(.*)$/;
const heading = /^#{1,6}\s+(.*?)\s*#*$/;

/** Reads the block level: `{ kind: 'p'|'heading', children }` and `{ kind: 'ul'|'ol', items }`. */
export function parseBlocks(text) {
  const blocks = [];
  let open;
  const start = (kind, line) => {
    open = { kind, lines: [line] };
    blocks.push(open);
  };
  for (const line of text.replaceAll('\r\n', '\n').split('\n')) {
    const item = bullet.exec(line) ?? numbered.exec(line);
    const kind = bullet.test(line) ? 'ul' : 'ol';
    const head = heading.exec(line);
    if (line.trim() === '') open = undefined;
    else if (head) start('heading', head[1]);
    else if (item && open?.kind === kind) open.lines.push(item[1]);
    else if (item) start(kind, item[1]);
    else if (open && open.kind !== 'heading') open.lines.push(`${open.lines.pop()}\n${line.trim()}`);
    else start('p', line);
  }
  const inline = (line) => parseInline(line, commonMark);
  return blocks.map(({ kind, lines }) =>
    kind === 'ul' || kind === 'ol'
      ? { kind, items: lines.map(inline) }
      : { kind, children: inline(lines.join('\n')) },
  );
}
