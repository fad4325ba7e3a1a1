import type { Root } from 'mdast';
import type { Json } from '../json.ts';
import type { LimitName } from '../limits.ts';
import { writeAdaptive } from '../richText/adaptiveDialect.ts';
import { createPlainBlocks } from '../richText/blocks.ts';
import type { UrlUse } from '../richText/urlPolicy.ts';
import type { Component } from './componentTypes.ts';

/**
 * One member of a component. The schema, the checks, the template compiler and every count are each one switch over these
 * kinds, so a component type only lists its members. Choices and flags are optional. `about` is for authors, in an editor.
 */
export type Member = { readonly about: string } /** The word that names a type or an alternative. */ & (
  | { readonly kind: 'fixed'; readonly value: string }
  /** A text of one line. */
  | { readonly kind: 'line'; readonly limit: LimitName }
  /** A text of several lines; Markdown where the flag `markdown` beside it is true. */
  | { readonly kind: 'body' }
  /** What a click sends to the conversation. */
  | { readonly kind: 'payload' }
  /** An address; `label` names the line beside it that must not show another host. */
  | { readonly kind: 'url'; readonly use: UrlUse; readonly label?: string }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  | { readonly kind: 'flag' }
  /** Objects of one kind, or of alternatives with a fixed member each; `once`: a second list would hide the first. */
  | {
      readonly kind: 'list';
      readonly limit: LimitName;
      readonly items: readonly Members[];
      readonly once?: boolean;
    }
  | { readonly kind: 'components' }
);

/** The members of an object by their names, in the order of its JSON. */
export type Members = { readonly [name: string]: Member };

type ValueOf<M extends Member> = M extends { kind: 'fixed'; value: infer V }
  ? V
  : M extends { kind: 'choice'; of: readonly (infer V)[] }
    ? V
    : M extends { kind: 'flag' }
      ? boolean
      : M extends { kind: 'list'; items: readonly (infer I extends Members)[] }
        ? ItemOf<I>[]
        : M extends { kind: 'components' }
          ? Component[]
          : string;
type ItemOf<I extends Members> = I extends Members ? ObjectOf<I> : never;
type OptionalName<M extends Members> = {
  [K in keyof M]: M[K]['kind'] extends 'choice' | 'flag' ? K : never;
}[keyof M];

/** An object with these members. */
export type ObjectOf<M extends Members> = {
  [K in Exclude<keyof M, OptionalName<M>>]: ValueOf<M[K]>;
} & { [K in OptionalName<M>]?: ValueOf<M[K]> | undefined };

/** Says whether a member may be left out. */
export function isOptional({ kind }: Member): boolean {
  return kind === 'choice' || kind === 'flag';
}

/** Finds the alternative whose fixed members an object has. */
export function alternativeOf(
  alternatives: readonly Members[],
  object: { readonly [name: string]: unknown },
): Members | undefined {
  return alternatives.find((members) =>
    Object.entries(members).every(
      ([name, member]) => member.kind !== 'fixed' || object[name] === member.value,
    ),
  );
}

/** Everything that is known of one component type; `componentTypes` lists them all. */
export interface ComponentModule<M extends Members, C = ObjectOf<M>> {
  /** One sentence, which an editor shows to authors. */
  readonly about: string;
  /** The members of its JSON. */
  readonly members: M;
  /** True for a type that a card of a carousel cannot hold. */
  readonly isTopOnly?: boolean;
  /** Its kind when components are grouped into cards; undefined for a type that is not grouped. */
  readonly shows?: 'words' | 'picture' | 'buttons';
  /** Its words in reading order; `sayAll` is for the components that it holds, `step` is their part of the JSON path. */
  say(component: C, sayAll: (components: readonly Component[], step: string) => Said[]): Said[];
  /** The elements that show it in an Adaptive Card. */
  formatAdaptive(
    component: C,
    showAll: (components: readonly Component[]) => AdaptiveElement[],
  ): AdaptiveElement[];
  /** Writes it into a Genesys card; undefined for a type with Genesys messages of its own, or that only holds components. */
  draft?(component: C, path: string, draft: GenesysWriter): void;
  /** The component with each list that it holds replaced; `step` is the list's part of the JSON path. */
  mapInner?(component: C, change: ChangeInner): C;
  /** The answers of its buttons; `step` is the button's part of the JSON path. */
  answers?(component: C): { label: string; payload: string; step: string }[];
}

/** Returns the list that replaces another one. */
export type ChangeInner = (components: Component[], step: string) => Component[];

/** Words of a card: one stop of a screen reader, and one line of the plain text. */
export interface Said {
  /** The name that a screen reader reads out; empty for a text. */
  readonly role: '' | 'Heading' | 'Picture' | 'Video' | 'Button' | 'Link' | 'Carousel' | 'Card';
  readonly text: string;
  /** The line of the plain text; empty for none. Default: `text`. */
  readonly line?: string;
  /** JSON path. */
  readonly path: string;
}

/** An element of an Adaptive Card as JSON. */
export type AdaptiveElement = { [key: string]: Json };

/** A text as plain words, for the description of a card, and as blocks, for a message. */
export interface GenesysText {
  plain: string;
  blocks: Root;
  /** Its JSON path, when it has marks or links that plain text cannot show. */
  marked?: string;
}

/** A button of a Genesys card. `Link` opens an address and sends nothing to the bot; `Postback` sends its payload to the bot. */
export type GenesysAction =
  | { type: 'Link'; text: string; url: string }
  | { type: 'Postback'; text: string; payload: string };

/** Writes Genesys cards. It starts another card where the order would be lost or where there is no room. */
export interface GenesysWriter {
  title(text: string): void;
  text(text: GenesysText): void;
  /** An empty line between texts. */
  gap(): void;
  image(image: { url: string; altText: string; path: string }): void;
  /** The buttons of one group; a text replaces a button that Genesys cannot show. */
  actions(actions: readonly (GenesysAction | { text: GenesysText; path: string; what: string })[]): void;
}

/** A TextBlock always reads Markdown, so plain text is escaped for it. */
export function plainForAdaptive(text: string): string {
  return writeAdaptive(createPlainBlocks(text));
}

/** Plain text in a Genesys card. */
export const plainForGenesys = (plain: string): GenesysText => ({ plain, blocks: createPlainBlocks(plain) });

/** The Adaptive Cards action of a button that answers: a click sends `data` back as `activity.value`. */
export function createSubmit(label: string, payload: string): AdaptiveElement {
  return { type: 'Action.Submit', title: label, data: { payload, text: label } };
}
