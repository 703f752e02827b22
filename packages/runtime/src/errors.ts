/** The stable code of an unknown error: its `code` if that is a string, else its class; `unknown` if it is not an Error. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
