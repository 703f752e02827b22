import { LifecycleError } from '../errors.ts';
import { within } from '../host/clock.ts';
import { ExitCode, signalExitCode } from '../host/exit-code.ts';
import type { Host } from '../host/host-process.ts';
import { doWork } from '../host/work.ts';
import type { Marker } from '../marker/marker.ts';
import type { Settings } from '../options.ts';
import type { Phase } from '../phase.ts';
import { deliverReport } from '../report/deliver-report.ts';
import type { ErrorLog } from '../report/error-log.ts';
import {
  countsOf,
  phaseText,
  reasonText,
  summaryOf,
  worstOf,
  type PhaseReport,
  type ShutdownReport,
  type StopReason,
} from '../report/report.ts';
import { timelineOf } from '../report/timeline.ts';
import type { ResourceStack } from '../resources/resource-stack.ts';
import type { Watchdog } from '../watchdog/watchdog.ts';
import { closePhase } from './close-phase.ts';
import { Deadline } from './deadline.ts';
import type { ReadinessGate } from './readiness.ts';

/** A running process, as its stop needs it. */
export interface RunningProcess {
  readonly settings: Settings;
  readonly host: Host;
  readonly resources: ResourceStack;
  readonly readiness: ReadinessGate;
  readonly errors: ErrorLog;
  readonly watchdog: Watchdog | undefined;
  readonly marker: Marker | undefined;
  /** When it started: ISO 8601. */
  readonly started: string;
  /** Aborts in the announcement: the signal that the program itself waits on. */
  readonly announced: AbortController;
  /** Aborts when a second signal comes, with that signal's name as its reason. */
  readonly forced: AbortController;
  /** Resolves when a third signal comes. */
  readonly hurried: PromiseWithResolvers<void>;
}

/**
 * The whole stop, from top to bottom in the order in which it happens. A failed start takes the same path. `served` says
 * whether the process was ever ready: if not, no load balancer has to notice the stop. Never rejects.
 */
export async function stop(
  process: RunningProcess,
  reason: StopReason,
  served: boolean,
): Promise<ShutdownReport> {
  const { settings, host, resources, readiness, errors } = process;
  const { clock, log } = host;
  const forced = process.forced.signal;
  const held = settings.phases.filter(({ name }) => resources.of(name).length > 0);
  const readinessDelay = served ? settings.readinessDelay : 0;
  const urgency = { forced, hurried: process.hurried.promise };
  const deadline = new Deadline({ ...settings, phases: held, readinessDelay }, clock, urgency);
  const stopping = clock.date().toISOString();

  // The announcement: everything up to the first `await` happens in one moment.
  process.watchdog?.expectEnd(deadline.totalMs);
  readiness.close();
  for (const { resource } of resources.all()) void errors.attempt(() => resource?.announce?.(readiness));
  const limit = `${(deadline.totalMs / 1000).toFixed(1)} s`;
  log.info({ reason }, `stopping after ${reasonText(reason)}, within ${limit}`);
  const refusal = new LifecycleError('stopping', `${settings.name} is stopping: it acquires nothing more`);
  for (const acquisition of resources.pending()) acquisition.abandon(refusal);
  process.announced.abort(refusal);

  // The readiness delay: requests are still served until the load balancers stop sending them.
  const early = { probes: settings.readinessProbes, minimumMs: settings.readinessMinimum * 1000 };
  const delay = await readiness.delay(deadline.forReadiness(), early, forced);

  // Each phase that has a budget. A phase that holds nothing costs nothing.
  const phases: PhaseReport[] = [];
  const hooks: Promise<void>[] = [];
  const close = async (phase: Phase): Promise<void> => {
    const plannedMs = held.includes(phase) ? deadline.forPhase(phase) : 0;
    const report = await closePhase(phase.name, resources.of(phase.name), plannedMs, deadline, host);
    phases.push(report);
    if (report.resources.length > 0) log.info({ phase: report }, phaseText(report));
    hooks.push(errors.attempt(() => doWork('the hook onPhase', () => settings.onPhase?.(report))));
  };
  for (const phase of settings.phases) {
    if (phase.budget !== undefined) await errors.attempt(() => close(phase));
  }

  // The report hooks, with the report as far as it goes.
  const reportNow = (): ShutdownReport => {
    const failed = errors.recorded.length > 0 ? (['failed'] as const) : [];
    const outcome = worstOf([...phases.map((phase) => phase.outcome), ...failed]);
    return {
      type: 'shutdown_report',
      name: settings.name,
      pid: host.process.pid,
      outcome,
      exitCode: exitCodeOf(reason, forced, outcome === 'clean'),
      reason,
      ...(forced.aborted ? { forcedBy: forced.reason as NodeJS.Signals } : {}),
      started: process.started,
      stopping,
      plannedMs: Math.round(deadline.totalMs),
      usedMs: Math.round(clock.now() - deadline.began),
      readiness: delay,
      phases: [...phases],
      counts: countsOf(phases),
      errors: errors.recorded,
    };
  };
  const soFar = reportNow();
  log.info({ report: soFar }, summaryOf(soFar));
  hooks.push(errors.attempt(() => doWork('the hook onReport', () => settings.onReport?.(soFar))));
  const hooksMs = deadline.forHooks();
  if (!(await within(hooksMs, Promise.all(hooks), clock))) {
    errors.record(new Error(`the hooks onPhase and onReport did not end within ${Math.round(hooksMs)} ms`));
  }

  // The last phase, where it has no budget: it holds what carries the report away.
  for (const phase of settings.phases) {
    if (phase.budget === undefined) await errors.attempt(() => close(phase));
  }

  // The report. The timeline comes last: once the streams have taken it, they have taken everything logged before.
  const report = reportNow();
  await deliverReport(report, settings.report, deadline.forWriting(), host);
  const showsTimeline = settings.timeline ?? host.process.isTerminal('stderr');
  const drawn = host.process.write('stderr', showsTimeline ? timelineOf(report) : '');
  await within(deadline.forForce(), drawn, clock);
  process.marker?.remove();
  process.watchdog?.close();
  return report;
}

function exitCodeOf(reason: StopReason, forced: AbortSignal, isClean: boolean): number {
  if (forced.aborted) return signalExitCode(forced.reason as NodeJS.Signals);
  switch (reason.kind) {
    case 'start_interrupted':
      return ExitCode.temporaryFailure;
    case 'start_failed':
    case 'failed':
      return reason.error.retryable === true ? ExitCode.temporaryFailure : ExitCode.failedStart;
    case 'uncaught_exception':
    case 'unhandled_rejection':
      return ExitCode.unclean;
    case 'signal':
    case 'requested':
      return isClean ? ExitCode.clean : ExitCode.unclean;
  }
}
