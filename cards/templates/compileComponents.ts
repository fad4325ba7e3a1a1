import {
  type Button,
  buttonStyles,
  type CarouselCard,
  type Component,
  headerStyles,
  type Json,
  type QuickReply,
} from '../card.ts';
import { requireOwnHost } from '../checks/treat.ts';
import { limits } from '../limits.ts';
import { type CompileContext, templateError, within } from './compileContext.ts';
import { compileList, type TemplateNode } from './compileList.ts';
import {
  compileBody,
  compileChoice,
  compileLine,
  compilePayload,
  compileStyle,
  compileUrl,
} from './compileText.ts';
import { sizeOf, sizeOfAll } from './fitComponents.ts';
import { appenderOf, type JsonPart, objectPart } from './part.ts';

/** Compiles a list of components of a template. */
export function compileComponents(source: Json | undefined, context: CompileContext): JsonPart<Component[]> {
  const level = context.level + 1;
  const list = compileList(
    source,
    { ...context, level },
    { limit: 'components', compileItem: compileComponent, sizeOf },
  );
  if (level <= limits.depth.max) return list;
  const append = appenderOf(list);
  return {
    append: (scope, json) => {
      scope.tally.isOverLimit = true;
      return append(scope, json);
    },
  };
}

type Compile = (node: TemplateNode, context: CompileContext) => JsonPart<Component>;

const fixed = <T>(value: T): JsonPart<T> => ({ fixed: value });

const compilers: Record<Component['type'], Compile> = {
  header: (node, context) => {
    requireKeys(node, ['type', 'text', 'style'], context);
    return objectPart<Component & { type: 'header' }>(
      { type: fixed('header'), text: compileLine(node.text, 'title', within(context, 'text')) },
      node.style === undefined
        ? {}
        : { style: compileStyle(node.style, headerStyles, within(context, 'style')) },
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
      items: compileList(node.items, within(context, 'items'), { limit: 'facts', compileItem: compileFact }),
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
      buttons: compileList(node.buttons, within(context, 'buttons'), {
        limit: 'buttons',
        compileItem: compileButton,
      }),
    });
  },
  quickReplies: (node, context) => {
    requireKeys(node, ['type', 'replies'], context);
    return objectPart<Component & { type: 'quickReplies' }>({
      type: fixed('quickReplies'),
      replies: compileList(node.replies, within(context, 'replies'), {
        limit: 'quickReplies',
        compileItem: compileReply,
      }),
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
      cards: compileList(node.cards, within(context, 'cards'), {
        limit: 'carouselCards',
        compileItem: compileCarouselCard,
        sizeOf: (card) => sizeOfAll(card.components),
      }),
    });
  },
};

function compileComponent(node: TemplateNode, context: CompileContext): JsonPart<Component> {
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

function compileFact(
  node: TemplateNode,
  context: CompileContext,
): JsonPart<{ label: string; value: string }> {
  requireKeys(node, ['label', 'value'], context);
  return objectPart<{ label: string; value: string }>({
    label: compileLine(node.label, 'factLabel', within(context, 'label')),
    value: compileLine(node.value, 'factValue', within(context, 'value')),
  });
}

function compileReply(node: TemplateNode, context: CompileContext): JsonPart<QuickReply> {
  requireKeys(node, ['label', 'payload'], context);
  return objectPart<QuickReply>({
    label: compileLine(node.label, 'label', within(context, 'label')),
    payload: compilePayload(node.payload, within(context, 'payload')),
  });
}

function compileCarouselCard(node: TemplateNode, context: CompileContext): JsonPart<CarouselCard> {
  requireKeys(node, ['components'], context);
  return objectPart<CarouselCard>({
    components: compileComponents(node.components, within(context, 'components')),
  });
}

type LinkButton = Button & { action: 'openUrl' };
type AnswerButton = Omit<LinkButton, 'action'> & { action: 'postback' | 'webchat' };

const actions = ['postback', 'webchat', 'openUrl'] as const;

function compileButton(node: TemplateNode, context: CompileContext): JsonPart<Button> {
  requireKeys(node, ['label', 'action', 'payload', 'style'], context);
  const action = compileChoice(node.action, actions, within(context, 'action'));
  const label = compileLine(node.label, 'label', within(context, 'label'));
  const style =
    node.style === undefined
      ? {}
      : { style: compileStyle(node.style, buttonStyles, within(context, 'style')) };
  const at = within(context, 'payload');
  const answering = (kind: 'postback' | 'webchat') =>
    objectPart<AnswerButton>(
      { label, action: fixed(kind), payload: compilePayload(node.payload, at) },
      style,
    );
  const opening = () =>
    holdLabel(
      objectPart<LinkButton>(
        { label, action: fixed('openUrl'), payload: compileUrl(node.payload, 'link', at) },
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
    postback: appenderOf(answering('postback')),
    webchat: appenderOf(answering('webchat')),
    openUrl: appenderOf(opening()),
  };
  return {
    append: (scope, json) => {
      const kind = action.make(scope);
      return kind === undefined ? undefined : byAction[kind](scope, json);
    },
  };
}

/** Holds the label of a button to the host that it opens; what is made of values is read as it was written. */
function holdLabel(button: JsonPart<LinkButton>, at: CompileContext): JsonPart<LinkButton> {
  const hold = (made: LinkButton): void => requireOwnHost(made.label, made.payload, () => at.path);
  if ('fixed' in button) {
    if (button.fixed !== undefined) hold(button.fixed);
    return button;
  }
  const append = appenderOf(button);
  return {
    append: (scope, start) => {
      const json = append(scope, start);
      if (json !== undefined) hold(JSON.parse(json.slice(start.length)));
      return json;
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
