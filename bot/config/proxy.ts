/** The proxies of outgoing calls; see `readProxy`. */
type ProxyEnvironment = Readonly<Partial<Record<(typeof names)[number], string>>>;

const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'] as const;

/**
 * Reads `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`; their names in small letters take precedence. An address without a scheme is an
 * http address.
 */
export function readProxy(env: Readonly<Record<string, string | undefined>>): ProxyEnvironment {
  const entries = names.flatMap((name): [string, string][] => {
    const value = (env[name.toLowerCase()] ?? env[name])?.trim() ?? '';
    if (value === '') return [];
    return [[name, name === 'NO_PROXY' || value.includes('://') ? value : `http://${value}`]];
  });
  return Object.fromEntries(entries);
}

/** Describes each problem of the proxies, without their values, which may contain a password. */
export function findProxyProblems(proxy: ProxyEnvironment, nodeVersion: string): string[] {
  const used = (['HTTP_PROXY', 'HTTPS_PROXY'] as const).filter((name) => proxy[name] !== undefined);
  const wrong = used.filter((name) => !/^https?:$/.test(URL.parse(proxy[name] ?? '')?.protocol ?? ''));
  return [
    ...wrong.map(
      (name) => `${name}: must be an http or https address, such as http://proxy.example.com:3128`,
    ),
    ...(used.length > 0 && !knowsProxies(nodeVersion)
      ? [`${used[0]}: needs Node 24.5 or newer, or 22.21; this is ${nodeVersion}`]
      : []),
  ];
}

/** Says whether Node's agents support proxies: those of older versions would connect directly. */
function knowsProxies(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);
}
