/** The code of a system error, such as `EADDRINUSE`; `unknown` where there is none. */
export function readSystemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
