import { z } from 'zod';
import type { Member, Members } from './components/componentModule.ts';
import { type Component, componentModules } from './components/componentTypes.ts';
import { makeLazily } from './lazily.ts';
import { limits } from './limits.ts';

export type { Button, CarouselCard, Component, QuickReply } from './components/componentTypes.ts';
export type { Json } from './json.ts';

/** Letters, digits and `. _ : -`: an id also goes into headers, paths and logs. */
export const idPattern = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
/** An addressed template such as `order-confirmation-v2`. */
export const templateIdPattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

function schemaOf(member: Member, inner: z.ZodType): z.ZodType {
  switch (member.kind) {
    case 'fixed':
      return z.literal(member.value);
    case 'line':
      return z.string().max(limits[member.limit].max);
    case 'body':
      return z.string().max(limits.body.max);
    case 'payload':
    case 'url':
      return z.string().min(1).max(limits[member.kind].max);
    case 'choice':
      return z.enum(member.of).optional();
    case 'flag':
      return z.boolean().optional();
    case 'list': {
      const { items, limit } = member;
      return z
        .array(oneOf(items.map((item) => createObjectSchema(item, inner))))
        .min(1)
        .max(limits[limit].max);
    }
    case 'components':
      return z.array(inner).min(1);
  }
}

function createObjectSchema(members: Members, inner: z.ZodType): z.ZodObject {
  return z.strictObject(
    Object.fromEntries(Object.entries(members).map(([name, member]) => [name, schemaOf(member, inner)])),
  );
}

/** One of several objects; a member with one fixed value distinguishes them. */
function oneOf(schemas: readonly z.ZodObject[]): z.ZodType {
  const [first, ...rest] = schemas;
  if (first === undefined || rest.length === 0) return first ?? z.never();
  const [name = ''] = Object.entries(first.shape).find(([, shape]) => shape instanceof z.ZodLiteral) ?? [];
  return z.discriminatedUnion(name, [first, ...rest]);
}

/** The schema of a component at any depth: `measure` has checked the depth before. A card of a carousel holds fewer types. */
function createComponentSchema(isInCarousel: boolean): z.ZodType<Component> {
  const itself = z.lazy(() => schema);
  const inCarousel = isInCarousel ? itself : createComponentSchema(true);
  const usable = componentModules.filter(({ isTopOnly }) => !(isInCarousel && isTopOnly));
  // The type is made of the same members as the schema: TypeScript cannot follow that through Object.entries.
  const schema = oneOf(
    usable.map(({ members, isTopOnly }) => createObjectSchema(members, isTopOnly ? inCarousel : itself)),
  ) as z.ZodType<Component>;
  return schema;
}

/** The card as it travels on the guest route: the shape that the interface document gives it. Made for the first card. */
export const loadCardSchema = makeLazily(() =>
  z.strictObject({
    messageId: z.string().regex(idPattern),
    templateMatrix: z.strictObject({
      templateId: z.string().max(100).regex(templateIdPattern),
      layoutEngine: z.literal('flexbox'),
      version: z.string().regex(/^\d{1,4}(\.\d{1,4}){0,2}$/),
      fallbackBehavior: z.literal('textOnly'),
    }),
    dynamicFields: z.record(z.string(), z.json()),
    components: z.array(createComponentSchema(false)).min(1),
  }),
);

/** A card that is not yet checked, so nothing sends it. */
export type Card = z.infer<ReturnType<typeof loadCardSchema>>;
