import type { LimitName } from '../limits.ts';
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
