import { type Button, buttonStyles, type Json } from '../card.ts';
import { requireOwnHost, treatLine, treatPayload, treatUrl } from '../checks/treat.ts';
import type { GenesysAction } from '../formats/genesysContent.ts';
import { submit } from '../formats/submit.ts';
import type { UrlPolicy } from '../richText/urlPolicy.ts';
import { type CompileContext, templateError, within } from '../templates/compileContext.ts';
import { compileList, type TemplateNode } from '../templates/compileList.ts';
import { compileChoice, compileLine, compilePayload, compileUrl } from '../templates/compileText.ts';
import { mapPart, objectPart, type Part, partValue } from '../templates/part.ts';
import { requireKeys } from '../templates/requireKeys.ts';
import type { AdaptiveElement, ComponentModule, ComponentOf } from './componentModule.ts';
import { plainForGenesys, said } from './texts.ts';

/** Buttons that answer or open an address. */
export const buttonGroup: ComponentModule<'buttonGroup'> = {
  treat: (component, { path, policy }) => ({
    ...component,
    buttons: component.buttons.map((button, i) => treatButton(button, `${path}.buttons[${i}]`, policy)),
  }),
  say: ({ buttons }) =>
    buttons.map(({ action, label, payload }) =>
      said(action === 'openUrl' ? `${label}: ${payload}` : `- ${label}`),
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
  compile(node, context) {
    requireKeys(node, ['type', 'buttons'], context);
    return objectPart<ComponentOf<'buttonGroup'>>({
      type: { fixed: 'buttonGroup' },
      buttons: compileList(node.buttons, within(context, 'buttons'), compileButton, 'buttons'),
    });
  },
  answers: ({ buttons }) =>
    buttons.flatMap(({ action, label, payload }, i) =>
      action === 'openUrl' ? [] : [{ label, payload, step: `.buttons[${i}]` }],
    ),
};

function treatButton(button: Button, path: string, policy: UrlPolicy): Button {
  const label = treatLine(button.label, 'label', policy, () => `${path}.label`);
  const at = () => `${path}.payload`;
  if (button.action !== 'openUrl') return { ...button, label, payload: treatPayload(button.payload, at) };
  const payload = treatUrl(button.payload, 'link', policy, at);
  requireOwnHost(label, payload, () => `${path}.label`);
  return { ...button, label, payload };
}

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

type LinkButton = Button & { action: 'openUrl' };
type AnswerButton = Omit<LinkButton, 'action'> & { action: 'postback' | 'webchat' };

const actions = ['postback', 'webchat', 'openUrl'] as const;

function compileButton(node: TemplateNode, context: CompileContext): Part<Button> {
  requireKeys(node, ['label', 'action', 'payload', 'style'], context);
  const action = compileChoice(node.action, actions, within(context, 'action'));
  const label = compileLine(node.label, 'label', within(context, 'label'));
  const style =
    node.style === undefined
      ? {}
      : { style: compileChoice(node.style, buttonStyles, within(context, 'style')) };
  const at = within(context, 'payload');
  const answering = (kind: 'postback' | 'webchat') =>
    objectPart<AnswerButton>(
      { label, action: { fixed: kind }, payload: compilePayload(node.payload, at) },
      style,
    );
  const opening = () =>
    holdLabel(
      objectPart<LinkButton>(
        { label, action: { fixed: 'openUrl' }, payload: compileUrl(node.payload, 'link', at) },
        style,
      ),
      within(context, 'label'),
    );

  if ('fixed' in action) {
    if (action.fixed === undefined) throw templateError(within(context, 'action'), 'The action is missing.');
    return action.fixed === 'openUrl' ? opening() : answering(action.fixed);
  }
  // A fixed payload is checked while compiling, and a bound action may be any of the three.
  const byAction = {
    postback: answering('postback'),
    webchat: answering('webchat'),
    openUrl: opening(),
  };
  return {
    make: (scope) => {
      const kind = action.make(scope);
      return kind === undefined ? undefined : partValue<Button>(byAction[kind], scope);
    },
  };
}

/** Holds the label of a button to the host that it opens. */
function holdLabel(button: Part<LinkButton>, at: CompileContext): Part<LinkButton> {
  return mapPart(button, (made) => {
    requireOwnHost(made.label, made.payload, () => at.path);
    return made;
  });
}
