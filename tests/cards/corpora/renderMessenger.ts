const entity = /^&(?:#\d{1,7}|#x[\da-f]{1,6}|\w+);/i;
const link = /^\[((?:\\.|[^[\]\\])*)\]\(([^()\s]*)\)/;
const bareUrl = /^(?:https?:\/\/|www\.)[^\s<]*[^\s<?!.,:;*_'"~()&]/i;
const wordCharacter = /[\p{L}\p{N}]/u;
const tags: Record<string, string> = {
  '*': 'strong',
  '~': 's',
  _: 'em',
  '`': 'code',
  '```': 'pre',
  '==': 'mark',
};

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** The first delimiter at or after `from` without a backslash before it and of exactly this length. */
function closing(source: string, delimiter: string, from: number): number {
  for (let i = source.indexOf(delimiter, from); i >= 0; i = source.indexOf(delimiter, i + 1)) {
    if (source[i - 1] === '\\') continue;
    if (delimiter !== '_') return i;
    const inner = source.slice(from, i);
    if (inner.includes('\n')) return -1;
    if (!/\s$/.test(inner) && inner !== '' && !wordCharacter.test(source[i + 1] ?? '')) return i;
  }
  return -1;
}

/**
 * Renders a message as the Genesys Messenger does, from the published description of its inline dialect (marked with
 * Genesys' own extensions), written without a look at our code.
 */
export function renderMessenger(source: string): string {
  let html = '';
  for (let i = 0; i < source.length; ) {
    const rest = source.slice(i);
    const character = source[i] ?? '';
    if (character === '\\' && /^[!-/:-@[-`{-~]/.test(rest[1] ?? '')) {
      html += escapeHtml(rest[1] ?? '');
      i += 2;
      continue;
    }
    const linked = link.exec(rest);
    const url = bareUrl.exec(rest)?.[0];
    if (linked || url !== undefined) {
      const [whole, label = '', href = ''] = linked ?? [url ?? '', '', url];
      html += `<a href="${escapeHtml(href)}">${linked ? renderMessenger(label) : escapeHtml(whole)}</a>`;
      i += whole.length;
      continue;
    }
    const written = entity.exec(rest)?.[0];
    if (written !== undefined) {
      // Entities in a text are not escaped again, so a browser decodes them.
      html += written;
      i += written.length;
      continue;
    }
    const delimiter = rest.startsWith('```') ? '```' : rest.startsWith('==') ? '==' : character;
    const single = delimiter.length > 1 || rest[1] !== character;
    const opens =
      delimiter !== '_' ||
      (!/^_\s/.test(rest) && !wordCharacter.test(source[i - 1] ?? '') && rest.length > 1);
    const end = tags[delimiter] && single && opens ? closing(source, delimiter, i + delimiter.length) : -1;
    if (end > i + delimiter.length) {
      const inner = renderMessenger(source.slice(i + delimiter.length, end));
      html += `<${tags[delimiter]}>${inner}</${tags[delimiter]}>`;
      i = end + delimiter.length;
    } else {
      html += escapeHtml(character);
      i += 1;
    }
  }
  return html;
}
