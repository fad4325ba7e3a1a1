/**
 * Returns the system's or the TLS library's name for a failed request, such as `ECONNREFUSED` or `CERT_HAS_EXPIRED`;
 * `ETIMEDOUT` when a time limit ended it.
 */
export function findNetworkErrno(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  if (cause.name === 'AbortError') return 'ETIMEDOUT';
  return 'code' in cause && typeof cause.code === 'string' && /^[A-Z][A-Z0-9_]{2,59}$/.test(cause.code)
    ? cause.code
    : undefined;
}
