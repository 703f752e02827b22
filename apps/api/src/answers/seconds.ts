/** An age in whole seconds, never below 0. */
export function wholeSeconds(ms: number | null): number | null {
  return ms === null ? null : Math.max(0, Math.round(ms / 1000));
}
