import { CodedError } from '../errors.ts';

/**
 * Stands in the default of every switch over component types, so that a type that the switch does not know is an error
 * of the compiler, and at run time one of the card: it must not vanish.
 *
 * @throws CodedError `card.schema`
 */
export function refuseUnknownType(_component: never, path?: string): never {
  throw new CodedError(
    'card.schema',
    'A component has a type that is not known here.',
    path === undefined ? {} : { path },
  );
}
