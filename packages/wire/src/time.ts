/** ISO 8601 in UTC with milliseconds, from unix milliseconds. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
