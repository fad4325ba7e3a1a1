/**
 * Makes a value once, when it is first needed. Packages are loaded this way, so that the start of a bot does not pay for
 * packages that it may never use.
 */
export function makeLazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
