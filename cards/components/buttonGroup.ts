import type { Json } from '../json.ts';
import {
  type AdaptiveElement,
  type ComponentModule,
  createSubmit,
  type GenesysAction,
  type Members,
  type ObjectOf,
  plainForGenesys,
} from './componentModule.ts';

const label = { kind: 'line', limit: 'label', about: 'What the customer reads on the button.' } as const;
const payload = { kind: 'payload', about: 'What a click sends to the bot, such as `support`.' } as const;
/** The client maps the name; no CSS travels. */
const style = {
  kind: 'choice',
  of: ['default', 'primary', 'secondary', 'danger'],
  about: 'How the button looks.',
} as const;
const buttons = [
  {
    label,
    action: { kind: 'fixed', value: 'postback', about: 'A click sends the payload to the bot.' },
    payload,
    style,
  },
  {
    label,
    action: {
      kind: 'fixed',
      value: 'webchat',
      about: 'As postback, under the name that the interface document gives it.',
    },
    payload,
    style,
  },
  {
    label,
    action: {
      kind: 'fixed',
      value: 'openUrl',
      about: 'A click opens the address and tells the bot nothing.',
    },
    payload: {
      kind: 'url',
      use: 'link',
      label: 'label',
      about: 'For openUrl, the address: https, tel or mailto.',
    },
    style,
  },
] as const satisfies Members[];
const members = {
  type: { kind: 'fixed', value: 'buttonGroup', about: 'The type of the component.' },
  buttons: { kind: 'list', limit: 'buttons', items: buttons, about: 'The buttons.' },
} as const satisfies Members;

type Button = ObjectOf<(typeof buttons)[number]>;

/** Buttons that answer or open an address. */
export const buttonGroup: ComponentModule<typeof members> = {
  about: 'Buttons that answer or open an address.',
  members,
  shows: 'buttons',
  say: ({ buttons }) =>
    buttons.map(({ action, label, payload }, i) => ({
      role: action === 'openUrl' ? 'Link' : 'Button',
      text: label,
      line: action === 'openUrl' ? `${label.replace(/:$/, '')}: ${payload}` : `- ${label}`,
      path: `.buttons[${i}].label`,
    })),
  formatAdaptive: ({ buttons }) => [{ type: 'ActionSet', actions: buttons.map(formatAdaptiveAction) }],
  draft: ({ buttons }, path, draft) =>
    draft.actions(
      buttons.map(
        (button, i) =>
          formatGenesysAction(button) ?? {
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

function formatAdaptiveAction({ action, label, payload, style }: Button): AdaptiveElement {
  const looks: { [key: string]: Json } = { danger: 'destructive', primary: 'positive' };
  const look = style === undefined || looks[style] === undefined ? {} : { style: looks[style] };
  if (action === 'openUrl') return { type: 'Action.OpenUrl', title: label, url: payload, ...look };
  return { ...createSubmit(label, payload), ...look };
}

function formatGenesysAction({ action, label, payload }: Button): GenesysAction | undefined {
  if (action !== 'openUrl') return { type: 'Postback', text: label, payload };
  return payload.startsWith('https://') ? { type: 'Link', text: label, url: payload } : undefined;
}

/** The number or mail address of a link, for people. */
function contactOf({ label, payload }: Button): string {
  return `${label}: ${payload.replace(/^(?:tel|mailto):/, '').replace(/\?.*/s, '')}`;
}
