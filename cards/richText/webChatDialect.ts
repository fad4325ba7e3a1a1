/**
 * What Bot Framework Web Chat changes in the text of an Adaptive Card; and the escapes, entities and addresses of links, which
 * stay. Web Chat reads Markdown by markdown-it with `linkify` and `typographer`: quotes, `(c)`, `+-`, `--`, `..`, `,,` and `????`
 * become other characters, bare addresses become links, and `{aria-label=…}` disappears; an escaped character prevents each.
 * Source: https://github.com/microsoft/BotFramework-WebChat/blob/main/packages/bundle/src/markdown/renderMarkdown.ts
 */
const changed =
  /\\.|\]\((?:[^()\s]|\([^()\s]*\))*\)|&(?:#\d+|#x[\da-f]+|[a-z][a-z\d]*);|["'@]|\((?=(?:c|r|p|tm)\))|\+(?=-)|-{2,}|\.{2,}|,{2,}|[?!]{4,}|(?<=\S)\.(?=\p{L})|\/(?=\/)|(?<=\{\s*aria)-/giu;

/** Escapes Markdown so that Web Chat shows its texts as they were typed, and links nothing but its links. */
export function escapeForWebChat(markdown: string): string {
  return markdown.replace(changed, (found) => (/^[\\&\]]/.test(found) ? found : found.replace(/./g, '\\$&')));
}
