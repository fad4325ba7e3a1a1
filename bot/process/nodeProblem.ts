/** Says in a sentence that this version of Node is too old; undefined when it is not. */
export function findNodeProblem(version: string = process.versions.node): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 16)
    ? undefined
    : `genesys-card-bot needs Node 22.16 or newer. This is v${version}.`;
}
