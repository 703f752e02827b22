import { within } from '../host/clock.ts';
import { activeHandles, type Host } from '../host/host-process.ts';
import { describeError, type ResourceReport } from '../report/report.ts';
import type { Acquisition } from '../resources/acquisition.ts';
import type { CloseContext, ResourceCounts } from '../resources/resource.ts';
import type { Deadline } from './deadline.ts';

/**
 * Closes one resource. Once the context's signal aborts, forces it, and then waits a moment for `force` and for the
 * `close` that it cuts short. Never rejects.
 */
export async function closeResource(
  acquisition: Acquisition,
  context: CloseContext,
  deadline: Deadline,
  { process, clock, log }: Host,
): Promise<ResourceReport> {
  const { name, phase, since } = acquisition;
  const began = clock.now();
  const errors: unknown[] = [];
  const attempt = async (work: () => Promise<void> | void): Promise<void> => {
    try {
      await work();
    } catch (error) {
      errors.push(error);
    }
  };

  // Listens before `close` can: `waitingFor` has to be asked before anything reacts to the abort.
  const expired = Promise.withResolvers<'expired'>();
  let waitedFor: string | undefined;
  const expire = (): void => {
    waitedFor = waitingFor(acquisition);
    expired.resolve('expired');
  };
  if (context.signal.aborted) expire();
  else context.signal.addEventListener('abort', expire, { once: true });

  const closed = attempt(() => acquisition.close(context));
  const isForced = (await Promise.race([closed, expired.promise])) === 'expired';
  if (isForced) {
    const ageMs = Math.round(clock.now() - since);
    const handles = activeHandles(process);
    const list = Object.entries(handles).map(([kind, count]) => `${count} ${kind}`);
    const why = deadline.forced.aborted ? 'a second signal came' : 'the budget ran out';
    log.warn(
      { resource: name, phase, ageMs, waitedFor, activeHandles: handles },
      `"${name}" of phase "${phase}", ${(ageMs / 1000).toFixed(1)} s old, is forced: ${why}; ` +
        `it waited for ${waitedFor ?? 'something it does not name'}; active handles: ${list.join(', ') || 'none'}`,
    );
    const ended = Promise.all([attempt(() => acquisition.resource?.force?.()), closed]);
    await within(deadline.forForce(), ended, clock);
  }
  let counts: ResourceCounts | undefined;
  await attempt(() => void (counts = acquisition.resource?.counts?.()));

  const [error] = errors.map((each) => describeError(each));
  if (error !== undefined) {
    const message = `"${name}" of phase "${phase}" failed to close: ${error.message}`;
    log.error({ resource: name, phase, err: errors[0] }, message);
  }
  const outcome = isForced ? 'forced' : error === undefined ? 'clean' : 'failed';
  const usedMs = Math.round(clock.now() - began);
  return { name, outcome, ageMs: Math.round(began - since), usedMs, waitedFor, error, counts };
}

function waitingFor(acquisition: Acquisition): string | undefined {
  try {
    return acquisition.waitingFor();
  } catch (error) {
    return `unknown, waitingFor() threw: ${describeError(error).message}`;
  }
}
