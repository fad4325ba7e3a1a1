import type { Component, Json } from '../card.ts';
import type { GenesysAction } from '../formats/genesysContent.ts';
import type { UrlPolicy } from '../richText/urlPolicy.ts';
import type { CompileContext } from '../templates/compileContext.ts';
import type { TemplateNode } from '../templates/compileList.ts';
import type { Part } from '../templates/part.ts';

/** The name of a component type. */
export type ComponentType = Component['type'];
/** A component of one type. */
export type ComponentOf<K extends ComponentType> = Component & { type: K };

/** Everything that is known of one component type; `componentTypes` lists them all. */
export interface ComponentModule<K extends ComponentType> {
  /**
   * Cleans its texts and addresses and holds them to their limits.
   *
   * @throws CodedError `card.*` with the JSON path.
   */
  treat(component: ComponentOf<K>, check: ComponentCheck): ComponentOf<K>;
  /** What it says in the plain text of a card, one thing a line. */
  say(component: ComponentOf<K>, sayAll: (components: readonly Component[]) => Line[]): Line[];
  /** The elements that show it in an Adaptive Card. */
  adaptive(
    component: ComponentOf<K>,
    showAll: (components: readonly Component[]) => AdaptiveElement[],
  ): AdaptiveElement[];
  /** Shows it in a Genesys card; none for a type that Genesys has messages of its own for, or that only holds others. */
  draft?(component: ComponentOf<K>, path: string, draft: GenesysWriter): void;
  /** Compiles it in a template. */
  compile(node: TemplateNode, context: CompileContext, compileAll: CompileAll): Part<ComponentOf<K>>;
  /** The lists of components that it holds, each with its step of a JSON path. */
  inner?(component: ComponentOf<K>): { components: Component[]; step: string }[];
  /** What its buttons answer with, each with its step of a JSON path. */
  answers?(component: ComponentOf<K>): { label: string; payload: string; step: string }[];
}

/** What a component is checked with: where it stands, and the way to check the components in it. */
export interface ComponentCheck {
  readonly path: string;
  readonly policy: UrlPolicy;
  readonly treatAll: (components: Component[], path: string) => Component[];
}

/** A line of the plain text of a card. */
export interface Line {
  readonly text: string;
  readonly isPicture: boolean;
}

/** An element of an Adaptive Card as JSON. */
export type AdaptiveElement = { [key: string]: Json };

/** A text, for the plain description of a card and for a message. */
export interface GenesysText {
  plain: string;
  /** Canonical Markdown. */
  markdown: string;
  /** Where it comes from, when it has marks or links that plain text cannot show. */
  marked?: string;
}

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

/** Compiles the components in a component. */
export type CompileAll = (source: Json | undefined, context: CompileContext) => Part<Component[]>;
