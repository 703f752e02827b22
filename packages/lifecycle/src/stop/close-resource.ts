import { within } from '../host/clock.ts';
import { textOf } from '../host/foreign.ts';
import { activeHandles, type Host } from '../host/host-process.ts';
import { describeError, type ResourceReport } from '../report/report.ts';
import type { Acquisition } from '../resources/acquisition.ts';
import type { CloseContext, ResourceCounts } from '../resources/resource.ts';
import { CLOSE_NOW_MS, FORCED_CLOSE_MS, type Deadline } from './deadline.ts';

/**
 * Closes one resource. Once the context's signal aborts, or `close` has failed, forces it, and then waits a moment for
 * `force` and for the `close` that it cuts short. Never rejects.
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
  let cancelExpiry = (): void => undefined;
  // After a second signal: what can close at once is not forced.
  if (context.signal.aborted) cancelExpiry = clock.after(CLOSE_NOW_MS, expire);
  else context.signal.addEventListener('abort', expire, { once: true });

  const closed = attempt(() => acquisition.close(context));
  const hurried = deadline.hurried.then(() => 'expired' as const);
  const isForced = (await Promise.race([closed, expired.promise, hurried])) === 'expired';
  cancelExpiry();
  if (isForced) {
    waitedFor ??= waitingFor(acquisition);
    const ageMs = Math.round(clock.now() - since);
    const handles = activeHandles(process);
    const list = Object.entries(handles).map(([kind, count]) => `${count} ${kind}`);
    const why = deadline.forced.aborted ? 'a second signal came' : 'the budget ran out';
    log.warn(
      { resource: name, phase, ageMs, waitedFor, activeHandles: handles },
      `"${name}" of phase "${phase}", ${(ageMs / 1000).toFixed(1)} s old, is forced: ${why}; ` +
        `it waited for ${waitedFor ?? 'something it does not name'}; active handles: ${list.join(', ') || 'none'}`,
    );
  }
  if (isForced || errors.length > 0) {
    const forcing = attempt(() => acquisition.resource?.force?.());
    const ended = async (): Promise<void> => {
      await forcing;
      // A `close` that ignores the force is not worth what a `force` may need, e.g. to cancel queries on a server.
      if (deadline.forced.aborted) await within(FORCED_CLOSE_MS, closed, clock);
      else await closed;
    };
    await Promise.race([within(deadline.forForce(), ended(), clock), deadline.hurried]);
  }
  let counts: ResourceCounts | undefined;
  await attempt(() => void (counts = countsOf(acquisition)));

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
    const answer: unknown = acquisition.waitingFor();
    return answer === undefined ? undefined : textOf(answer);
  } catch (error) {
    return `unknown, waitingFor() threw: ${describeError(error).message}`;
  }
}

function countsOf({ resource }: Acquisition): ResourceCounts | undefined {
  const counts: unknown = resource?.counts?.();
  if (counts === undefined) return undefined;
  const isObject = typeof counts === 'object' && counts !== null;
  if (isObject && Object.values(counts).every((count) => Number.isFinite(count))) return { ...counts };
  throw new TypeError(`found counts ${textOf(counts)}, expected an object of numbers`);
}
