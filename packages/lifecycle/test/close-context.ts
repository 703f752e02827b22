import type { CloseContext } from '@stellar-insights/lifecycle';

/** What a lifecycle would tell a resource whose phase has so many milliseconds left. */
export function closeContext(ms: number): CloseContext {
  const deadline = performance.now() + ms;
  return {
    signal: AbortSignal.timeout(ms),
    deadline,
    remaining: () => Math.max(0, deadline - performance.now()),
  };
}
