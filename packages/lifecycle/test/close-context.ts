import type { CloseContext } from '@stellar-insights/lifecycle';
import type { FakeClock } from '@stellar-insights/lifecycle/testing';

/** What a lifecycle passes to a resource whose phase has so many milliseconds left. */
export function closeContext(ms: number, clock?: FakeClock): CloseContext {
  const now = clock?.now ?? (() => performance.now());
  const deadline = now() + ms;
  const signal = clock === undefined ? AbortSignal.timeout(ms) : new AbortController().signal;
  return { signal, deadline, remaining: () => Math.max(0, deadline - now()) };
}
