import { systemClock, type Clock, type CloseContext } from '@stellar-insights/lifecycle';

/** What a lifecycle passes to a resource whose phase has so many milliseconds left. */
export function closeContext(ms: number, clock: Clock = systemClock): CloseContext {
  const deadline = clock.now() + ms;
  const signal = clock === systemClock ? AbortSignal.timeout(ms) : new AbortController().signal;
  return { signal, deadline, remaining: () => Math.max(0, deadline - clock.now()) };
}
