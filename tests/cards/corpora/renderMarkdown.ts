import { micromark } from 'micromark';
import { gfmStrikethrough, gfmStrikethroughHtml } from 'micromark-extension-gfm-strikethrough';

/** Renders CommonMark as the most careless client would: raw HTML and every scheme pass. */
export function renderMarkdown(markdown: string): string {
  return micromark(markdown, {
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    extensions: [gfmStrikethrough()],
    htmlExtensions: [gfmStrikethroughHtml()],
  });
}

/** What a reader sees of rendered HTML, line breaks included. */
export function shownText(html: string): string {
  return html
    .replace(/<br \/>\n?/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|quot|amp);/g, (_, name: string) => ({ lt: '<', gt: '>', quot: '"' })[name] ?? '&');
}

const safeTag =
  /^<(?:\/?(?:p|strong|em|del|code|pre|ol|ul|li|a)|br \/|ol start="\d+"|a href="(?:https:\/\/[a-z0-9.-]+\/|mailto:|tel:\+)[^"<>\s]*")>$/;

/** The tags in rendered HTML that are not among the few harmless ones, whole. */
export function dangerousTags(html: string): string[] {
  return (html.match(/<[^>]*>?/g) ?? []).filter((tag) => !safeTag.test(tag));
}
