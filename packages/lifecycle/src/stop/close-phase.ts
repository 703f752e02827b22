import { activeHandles, type Host } from '../host/host-process.ts';
import { worstOf, type PhaseReport } from '../report/report.ts';
import type { Acquisition } from '../resources/acquisition.ts';
import { closeResource } from './close-resource.ts';
import type { Deadline } from './deadline.ts';

/** Closes what a phase holds, all at once; what is left when `plannedMs` have passed is forced. Never rejects. */
export async function closePhase(
  name: string,
  acquisitions: readonly Acquisition[],
  plannedMs: number,
  deadline: Deadline,
  host: Host,
): Promise<PhaseReport> {
  const { process, clock } = host;
  const { forced } = deadline;
  const began = clock.now();
  const end = began + plannedMs;
  const outOfTime = new AbortController();
  let handles: PhaseReport['activeHandles'];
  const expire = (): void => {
    handles = activeHandles(process);
    outOfTime.abort(new DOMException(`phase "${name}" is out of time`, 'TimeoutError'));
  };
  if (forced.aborted) expire();
  else forced.addEventListener('abort', expire, { once: true });
  const cancel = clock.after(plannedMs, expire);

  const remaining = (): number => Math.max(0, end - clock.now());
  const context = { signal: outOfTime.signal, deadline: end, remaining };
  const closing = acquisitions.map((acquisition) => closeResource(acquisition, context, deadline, host));
  const resources = await Promise.all(closing);
  cancel();
  forced.removeEventListener('abort', expire);
  return {
    name,
    outcome: worstOf(resources.map(({ outcome }) => outcome)),
    startedMs: Math.round(began - deadline.began),
    plannedMs: Math.round(plannedMs),
    usedMs: Math.round(clock.now() - began),
    resources,
    activeHandles: handles,
  };
}
