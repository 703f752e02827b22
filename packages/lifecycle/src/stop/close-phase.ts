import { activeHandles } from '../host/active-handles.ts';
import { closeResource, type CloseTools } from './close-resource.ts';
import type { Held } from '../resources/acquisition.ts';
import { worstOf, type PhaseReport } from '../report/report.ts';

/** Milliseconds that a phase has, and when the stop it is part of began, in those of the clock. */
export interface PhaseWindow {
  readonly stopBegan: number;
  readonly plannedMs: number;
  readonly forceMs: number;
}

/** Closes what a phase holds, all at once; what is left when `plannedMs` have passed is forced. Never rejects. */
export async function closePhase(
  name: string,
  held: readonly Held[],
  { stopBegan, plannedMs, forceMs }: PhaseWindow,
  tools: CloseTools,
): Promise<PhaseReport> {
  const { clock, halt, host } = tools;
  const began = clock.now();
  const deadline = began + plannedMs;
  const budget = new AbortController();
  let handles: PhaseReport['activeHandles'];
  const expire = (): void => {
    handles = activeHandles(host);
    budget.abort(new DOMException(`phase "${name}" is out of time`, 'TimeoutError'));
  };
  if (halt.aborted) expire();
  else halt.addEventListener('abort', expire, { once: true });
  const cancel = clock.after(plannedMs, expire);

  const context = { signal: budget.signal, deadline, remaining: () => Math.max(0, deadline - clock.now()) };
  const resources = await Promise.all(held.map((each) => closeResource(each, context, forceMs, tools)));
  cancel();
  halt.removeEventListener('abort', expire);
  return {
    name,
    outcome: worstOf(resources.map(({ outcome }) => outcome)),
    startedMs: Math.round(began - stopBegan),
    plannedMs: Math.round(plannedMs),
    usedMs: Math.round(clock.now() - began),
    resources,
    ...(handles === undefined ? {} : { activeHandles: handles }),
  };
}
