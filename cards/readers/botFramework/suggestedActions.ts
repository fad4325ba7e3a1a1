import { z } from 'zod';
import type { Component, QuickReply } from '../../card.ts';
import { chunksOf } from '../../components/pack.ts';
import { limits } from '../../limits.ts';
import { groupButtons } from './buttons.ts';
import { readCardActionButtons } from './cardAction.ts';
import type { Conversion } from './conversion.ts';
import { formal, list, readObject } from './readFields.ts';

const suggestedActions = z.object({ actions: list });

/** Suggested actions, also as a bare list: answers become quick replies, links become buttons. */
export function suggestedActionsOf(value: unknown, path: string, conversion: Conversion): Component[] {
  const given = Array.isArray(value) ? { actions: value } : value;
  const suggested = readObject(suggestedActions, given, path, conversion, { to: formal });
  const buttons = readCardActionButtons(suggested?.actions ?? [], `${path}.actions`, conversion);
  const links = buttons.filter((button) => button?.action === 'openUrl' || button?.action === 'read');
  if (links.length > 0) conversion.note(path, 'links became buttons: a quick reply opens nothing');
  const replies = buttons.flatMap((button): QuickReply[] =>
    button === undefined || button.action === 'openUrl' || button.action === 'read'
      ? []
      : [{ label: button.label, payload: button.payload }],
  );
  const { max } = limits.quickReplies;
  if (replies.length > max) conversion.note(`${path}.actions`, `split into groups of ${max}`);
  const groups = chunksOf(replies, max).map((group): Component => ({ type: 'quickReplies', replies: group }));
  return [...groupButtons(links, path, conversion), ...groups];
}
