/**
 * Makes something when it is first asked for, and once. Packages are loaded so that a bot which imports the plugin does not
 * pay at its start for what it may never use.
 */
export function makeLazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
