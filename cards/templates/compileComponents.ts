import {
  type Button,
  buttonStyles,
  type CarouselCard,
  type Component,
  headerStyles,
  type Json,
  type QuickReply,
} from '../card.ts';
import { type CompileContext, templateError, within } from './compileContext.ts';
import { compileList, type TemplateNode } from './compileList.ts';
import { compileBody, compileChoice, compileLine, compilePayload, compileUrl } from './compileText.ts';
import { objectPart, type Part, partValue } from './part.ts';

/** Compiles a list of components of a template. */
export function compileComponents(source: Json | undefined, context: CompileContext): Part<Component[]> {
  return compileList(source, context, compileComponent);
}

type Compile = (node: TemplateNode, context: CompileContext) => Part<Component>;

const fixed = <T>(value: T): Part<T> => ({ fixed: value });

const compilers: Record<Component['type'], Compile> = {
  header: (node, context) => {
    requireKeys(node, ['type', 'text', 'style'], context);
    return objectPart<Component & { type: 'header' }>(
      { type: fixed('header'), text: compileLine(node.text, 'title', within(context, 'text')) },
      node.style === undefined
        ? {}
        : { style: compileChoice(node.style, headerStyles, within(context, 'style')) },
    );
  },
  body: (node, context) => {
    requireKeys(node, ['type', 'text', 'markdown'], context);
    const markdown =
      node.markdown === undefined ? undefined : requireBoolean(node.markdown, within(context, 'markdown'));
    return objectPart<Component & { type: 'body' }>(
      { type: fixed('body'), text: compileBody(node.text, markdown === true, within(context, 'text')) },
      markdown === undefined ? {} : { markdown: fixed(markdown) },
    );
  },
  image: (node, context) => {
    requireKeys(node, ['type', 'url', 'altText'], context);
    return objectPart<Component & { type: 'image' }>({
      type: fixed('image'),
      url: compileUrl(node.url, 'image', within(context, 'url')),
      altText: compileLine(node.altText, 'altText', within(context, 'altText')),
    });
  },
  facts: (node, context) => {
    requireKeys(node, ['type', 'items'], context);
    return objectPart<Component & { type: 'facts' }>({
      type: fixed('facts'),
      items: compileList(node.items, within(context, 'items'), compileFact),
    });
  },
  divider: (node, context) => {
    requireKeys(node, ['type'], context);
    return fixed<Component>({ type: 'divider' });
  },
  buttonGroup: (node, context) => {
    requireKeys(node, ['type', 'buttons'], context);
    return objectPart<Component & { type: 'buttonGroup' }>({
      type: fixed('buttonGroup'),
      buttons: compileList(node.buttons, within(context, 'buttons'), compileButton),
    });
  },
  quickReplies: (node, context) => {
    requireKeys(node, ['type', 'replies'], context);
    return objectPart<Component & { type: 'quickReplies' }>({
      type: fixed('quickReplies'),
      replies: compileList(node.replies, within(context, 'replies'), compileReply),
    });
  },
  section: (node, context) => {
    requireKeys(node, ['type', 'components'], context);
    return objectPart<Component & { type: 'section' }>({
      type: fixed('section'),
      components: compileComponents(node.components, within(context, 'components')),
    });
  },
  carousel: (node, context) => {
    requireKeys(node, ['type', 'cards'], context);
    return objectPart<Component & { type: 'carousel' }>({
      type: fixed('carousel'),
      cards: compileList(node.cards, within(context, 'cards'), compileCarouselCard),
    });
  },
};

function compileComponent(node: TemplateNode, context: CompileContext): Part<Component> {
  const type = Object.keys(compilers).find((key): key is Component['type'] => key === node.type);
  if (type === undefined) {
    throw templateError(
      within(context, 'type'),
      'The type is not a known one.',
      `There are: ${Object.keys(compilers).join(', ')}.`,
    );
  }
  return compilers[type](node, context);
}

function compileFact(node: TemplateNode, context: CompileContext): Part<{ label: string; value: string }> {
  requireKeys(node, ['label', 'value'], context);
  return objectPart<{ label: string; value: string }>({
    label: compileLine(node.label, 'factLabel', within(context, 'label')),
    value: compileLine(node.value, 'factValue', within(context, 'value')),
  });
}

function compileReply(node: TemplateNode, context: CompileContext): Part<QuickReply> {
  requireKeys(node, ['label', 'payload'], context);
  const reply = objectPart<QuickReply>({
    label: compileLine(node.label, 'label', within(context, 'label')),
    payload: compilePayload(node.payload, within(context, 'payload')),
  });
  if (!('fixed' in reply)) context.needs.uniqueness = true;
  return reply;
}

function compileCarouselCard(node: TemplateNode, context: CompileContext): Part<CarouselCard> {
  requireKeys(node, ['components'], context);
  return objectPart<CarouselCard>({
    components: compileComponents(node.components, within(context, 'components')),
  });
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
      { label, action: fixed(kind), payload: compilePayload(node.payload, at) },
      style,
    );
  const opening = () =>
    objectPart<LinkButton>(
      { label, action: fixed('openUrl'), payload: compileUrl(node.payload, 'link', at) },
      style,
    );

  if ('fixed' in action) {
    if (action.fixed === undefined) throw templateError(within(context, 'action'), 'The action is missing.');
    const button: Part<Button> = action.fixed === 'openUrl' ? opening() : answering(action.fixed);
    if (!('fixed' in button)) context.needs.uniqueness = true;
    return button;
  }
  context.needs.uniqueness = true;
  // A fixed payload is checked while compiling, and a bound action may be any of the three.
  const byAction = { postback: answering('postback'), webchat: answering('webchat'), openUrl: opening() };
  return {
    make: (scope) => {
      const kind = action.make(scope);
      if (kind === undefined) return undefined;
      return kind === 'openUrl' ? partValue(byAction.openUrl, scope) : partValue(byAction[kind], scope);
    },
  };
}

function requireKeys(node: TemplateNode, allowed: readonly string[], context: CompileContext): void {
  for (const key of Object.keys(node)) {
    if (!allowed.includes(key)) {
      throw templateError(
        within(context, key),
        'This key is not known here.',
        `There are: ${[...allowed, '$when', '$data'].join(', ')}.`,
      );
    }
  }
}

function requireBoolean(value: Json, context: CompileContext): boolean {
  if (typeof value === 'boolean') return value;
  throw templateError(context, 'true or false is expected here.');
}
