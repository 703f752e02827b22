import { activeHandles } from '../host/active-handles.ts';
import { within, type Clock } from '../host/clock.ts';
import type { Held } from '../resources/acquisition.ts';
import type { HostProcess } from '../host/host-process.ts';
import type { Logger } from '../host/log.ts';
import { describeError, type ResourceReport } from '../report/report.ts';
import type { CloseContext, ResourceCounts } from '../resources/resource.ts';

export interface CloseTools {
  readonly clock: Clock;
  readonly host: HostProcess;
  readonly log: Logger;
  /** Aborts when a second signal ends all patience. */
  readonly halt: AbortSignal;
}

/** All the time that `force` gets when a second signal asked to end at once. */
const HALTED_FORCE_MS = 20;

/**
 * Closes one resource; forces it once the context's signal aborts, and then waits no longer than `forceMs` for
 * `force` and the `close` it cuts short. Never rejects.
 */
export async function closeResource(
  held: Held,
  context: CloseContext,
  forceMs: number,
  tools: CloseTools,
): Promise<ResourceReport> {
  const { clock, halt, log } = tools;
  const began = clock.now();
  const errors: unknown[] = [];
  const attempt = async (work: () => Promise<void> | void): Promise<void> => {
    try {
      await work();
    } catch (error) {
      errors.push(error);
    }
  };

  // Listens before `close` can, so that it asks what is waited for before anything reacts to the abort.
  let waitedFor: string | undefined;
  const expired = new Promise<'expired'>((resolve) => {
    const expire = (): void => {
      waitedFor = askWaitingFor(held);
      resolve('expired');
    };
    if (context.signal.aborted) expire();
    else context.signal.addEventListener('abort', expire, { once: true });
  });
  const closed = attempt(() => held.close(context));
  const forced = (await Promise.race([closed, expired])) === 'expired';
  if (forced) {
    warnOfForce(held, waitedFor, tools);
    const ended = Promise.all([attempt(() => held.force()), closed]);
    await within(halt.aborted ? HALTED_FORCE_MS : forceMs, ended, clock);
  }
  let counts: ResourceCounts | undefined;
  await attempt(() => {
    counts = held.counts();
  });

  const [first] = errors.map(describeError);
  if (first !== undefined) {
    const message = `"${held.name}" of phase "${held.phase}" failed to close: ${first.message}`;
    log.error({ resource: held.name, phase: held.phase, err: errors[0] }, message);
  }
  return {
    name: held.name,
    outcome: forced ? 'forced' : first === undefined ? 'clean' : 'failed',
    ageMs: Math.round(began - held.since),
    usedMs: Math.round(clock.now() - began),
    ...(waitedFor === undefined ? {} : { waitedFor }),
    ...(first === undefined ? {} : { error: first }),
    ...(counts === undefined ? {} : { counts }),
  };
}

function askWaitingFor(held: Held): string | undefined {
  try {
    return held.waitingFor();
  } catch (error) {
    return `unknown, waitingFor() threw: ${describeError(error).message}`;
  }
}

function warnOfForce(
  held: Held,
  waitedFor: string | undefined,
  { clock, halt, host, log }: CloseTools,
): void {
  const ageMs = Math.round(clock.now() - held.since);
  const handles = activeHandles(host);
  const list = Object.entries(handles).map(([kind, count]) => `${count} ${kind}`);
  log.warn(
    { resource: held.name, phase: held.phase, ageMs, waitedFor, activeHandles: handles },
    `"${held.name}" of phase "${held.phase}", ${(ageMs / 1000).toFixed(1)} s old, is forced: ` +
      `${halt.aborted ? 'a second signal came' : 'the budget ran out'}; ` +
      `it waited for ${waitedFor ?? 'something it does not name'}; active handles: ${list.join(', ') || 'none'}`,
  );
}
