import type { Root } from 'mdast';
import type { Json } from '../json.ts';
import { writeAdaptive } from '../richText/adaptiveDialect.ts';
import { createPlainBlocks } from '../richText/blocks.ts';
import type { Component } from './componentTypes.ts';
import type { Members, ObjectOf } from './members.ts';

/** Everything that is known of one component type; `componentTypes` lists them all. */
export interface ComponentModule<M extends Members, C = ObjectOf<M>> {
  /** What an author reads of it in an editor: one sentence. */
  readonly about: string;
  /** What it is made of. */
  readonly members: M;
  /** True for what has no place in a card of a carousel. */
  readonly isTopOnly?: boolean;
  /** What it is to those who group components into cards; undefined for what has a place of its own. */
  readonly shows?: 'words' | 'picture' | 'buttons';
  /** What it says, in reading order; `sayAll` is for the components that it holds, `step` leads to them in a JSON path. */
  say(component: C, sayAll: (components: readonly Component[], step: string) => Said[]): Said[];
  /** The elements that show it in an Adaptive Card. */
  adaptive(component: C, showAll: (components: readonly Component[]) => AdaptiveElement[]): AdaptiveElement[];
  /** Shows it in a Genesys card; none for a type that Genesys has messages of its own for, or that only holds others. */
  draft?(component: C, path: string, draft: GenesysWriter): void;
  /** The component with other components in the place of each list that it holds; `step` leads to the list in a JSON path. */
  mapInner?(component: C, change: ChangeInner): C;
  /** What its buttons answer with, each with its step of a JSON path. */
  answers?(component: C): { label: string; payload: string; step: string }[];
}

/** Gives a list of components in the place of another. */
export type ChangeInner = (components: Component[], step: string) => Component[];

/** One thing that a card says: a stop of a screen reader, and a line of the plain text. */
export interface Said {
  /** What a screen reader calls it; empty for a text. */
  readonly role: '' | 'Heading' | 'Picture' | 'Video' | 'Button' | 'Link' | 'Carousel' | 'Card';
  readonly text: string;
  /** The line of the plain text; empty for none. Default: `text`. */
  readonly line?: string;
  /** JSON path. */
  readonly path: string;
}

/** An element of an Adaptive Card as JSON. */
export type AdaptiveElement = { [key: string]: Json };

/** A text, for the plain description of a card and for a message. */
export interface GenesysText {
  plain: string;
  blocks: Root;
  /** Where it comes from, when it has marks or links that plain text cannot show. */
  marked?: string;
}

/** A button of a Genesys card. `Link` opens an address and tells the bot nothing; `Postback` sends its payload to the bot. */
export type GenesysAction =
  | { type: 'Link'; text: string; url: string }
  | { type: 'Postback'; text: string; payload: string };

/** Writes Genesys cards; it begins another where the order would be lost or where there is no room. */
export interface GenesysWriter {
  title(text: string): void;
  text(text: GenesysText): void;
  /** An empty line between texts. */
  gap(): void;
  image(image: { url: string; altText: string; path: string }): void;
  /** The buttons of one group; one that is a text instead stands where it is. */
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
