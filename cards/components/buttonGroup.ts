import type { Json } from '../json.ts';
import type { AdaptiveElement, ComponentModule, GenesysAction } from './componentModule.ts';
import type { Members, ObjectOf } from './members.ts';
import { submit } from './submit.ts';
import { plainForGenesys, said } from './texts.ts';

const label = { kind: 'line', limit: 'label' } as const;
const payload = { kind: 'payload' } as const;
/** The client maps the name; no CSS travels. */
const style = { kind: 'choice', of: ['default', 'primary', 'secondary', 'danger'] } as const;
const buttons = [
  { label, action: { kind: 'fixed', value: 'postback' }, payload, style },
  { label, action: { kind: 'fixed', value: 'webchat' }, payload, style },
  {
    label,
    action: { kind: 'fixed', value: 'openUrl' },
    payload: { kind: 'url', use: 'link', label: 'label' },
    style,
  },
] as const satisfies Members[];
const members = {
  type: { kind: 'fixed', value: 'buttonGroup' },
  buttons: { kind: 'list', limit: 'buttons', items: buttons },
} as const satisfies Members;

type Button = ObjectOf<(typeof buttons)[number]>;

/** Buttons that answer or open an address. */
export const buttonGroup: ComponentModule<typeof members> = {
  members,
  say: ({ buttons }) =>
    buttons.map(({ action, label, payload }) =>
      said(action === 'openUrl' ? `${label.replace(/:$/, '')}: ${payload}` : `- ${label}`),
    ),
  adaptive: ({ buttons }) => [{ type: 'ActionSet', actions: buttons.map(adaptiveAction) }],
  draft: ({ buttons }, path, draft) =>
    draft.actions(
      buttons.map(
        (button, i) =>
          genesysAction(button) ?? {
            text: plainForGenesys(contactOf(button)),
            path: `${path}.buttons[${i}]`,
            what: 'a mail or phone link became text: Genesys links are https',
          },
      ),
    ),
  answers: ({ buttons }) =>
    buttons.flatMap(({ action, label, payload }, i) =>
      action === 'openUrl' ? [] : [{ label, payload, step: `.buttons[${i}]` }],
    ),
};

function adaptiveAction({ action, label, payload, style }: Button): AdaptiveElement {
  const looks: { [key: string]: Json } = { danger: 'destructive', primary: 'positive' };
  const look = style === undefined || looks[style] === undefined ? {} : { style: looks[style] };
  if (action === 'openUrl') return { type: 'Action.OpenUrl', title: label, url: payload, ...look };
  return { ...submit(label, payload), ...look };
}

function genesysAction({ action, label, payload }: Button): GenesysAction | undefined {
  if (action !== 'openUrl') return { type: 'Postback', text: label, payload };
  return payload.startsWith('https://') ? { type: 'Link', text: label, url: payload } : undefined;
}

/** The number or mail address of a link, for people. */
function contactOf({ label, payload }: Button): string {
  return `${label}: ${payload.replace(/^(?:tel|mailto):/, '').replace(/\?.*/s, '')}`;
}
