import { deadlineOf, type Budgets } from './deadline.ts';
import { within } from '../host/clock.ts';
import { closeAll, type Closed } from './close-all.ts';
import type { CloseTools } from './close-resource.ts';
import { deliverReport } from '../report/deliver-report.ts';
import type { ErrorLog } from '../report/error-log.ts';
import { ExitCode, signalExitCode } from '../host/exit-code.ts';
import type { Holdings } from '../resources/resource-stack.ts';
import type { LifecycleOptions } from '../options.ts';
import type { ReadinessGate } from './readiness.ts';
import {
  phaseText,
  reasonText,
  sumOf,
  summaryOf,
  worstOf,
  type ShutdownReport,
  type StopReason,
} from '../report/report.ts';
import { timelineOf } from '../report/timeline.ts';

/** How long the report may take to be written when a second signal asked to end at once. */
const HALTED_WRITE_MS = 500;

export interface Stop {
  readonly options: LifecycleOptions<string>;
  readonly budgets: Budgets;
  readonly reason: StopReason;
  /** When the process started: ISO 8601. */
  readonly started: string;
  /** Whether it was ever ready; else no load balancer has to be waited for. */
  readonly served: boolean;
  readonly holdings: Holdings;
  readonly readiness: ReadinessGate;
  readonly errors: ErrorLog;
  readonly forcedBy: () => NodeJS.Signals | undefined;
}

/** From the announcement, which is made before this returns, to the delivered report. */
export async function stopProcess(stop: Stop, tools: CloseTools): Promise<ShutdownReport> {
  const { options, budgets, reason, holdings, readiness, errors } = stop;
  const { clock, halt, log } = tools;
  const began = clock.now();
  const stopping = clock.date().toISOString();
  const totalMs = deadlineOf(budgets) * 1000;
  readiness.close();
  for (const held of holdings.all()) void errors.attempt(() => held.announce(readiness));
  log.info({ reason }, `stopping after ${reasonText(reason)}, within ${(totalMs / 1000).toFixed(1)} s`);

  const reportOf = (closed: Closed): ShutdownReport => {
    const forcedBy = stop.forcedBy();
    const failed = errors.recorded.length > 0 ? (['failed'] as const) : [];
    const outcome = worstOf([...closed.phases.map((phase) => phase.outcome), ...failed]);
    return {
      type: 'shutdown_report',
      name: options.name,
      pid: tools.host.pid,
      outcome,
      exitCode: exitCodeOf(reason, forcedBy, outcome === 'clean'),
      reason,
      ...(forcedBy === undefined ? {} : { forcedBy }),
      started: stop.started,
      stopping,
      plannedMs: Math.round(totalMs),
      usedMs: Math.round(clock.now() - began),
      ...closed,
      counts: sumOf(closed.phases),
      errors: errors.recorded,
    };
  };
  const told: Promise<void>[] = [];
  const closed = await closeAll(
    {
      phases: options.phases,
      holdings,
      readiness,
      readinessProbes: options.readinessProbes ?? 3,
      delayMs: stop.served ? budgets.readinessDelay * 1000 : 0,
      reportMs: budgets.reportTimeout * 1000,
      began,
      deadline: began + totalMs,
      onPhase: (phase) => {
        if (phase.resources.length > 0) log.info({ phase }, phaseText(phase));
        told.push(errors.attempt(() => options.onPhase?.(phase)));
      },
      beforeLast: async (closedSoFar, ms) => {
        const report = reportOf(closedSoFar);
        log.info({ report }, summaryOf(report));
        told.push(errors.attempt(() => options.onReport?.(report)));
        if (!(await within(ms, Promise.all(told), clock))) {
          errors.record(new Error(`the hooks onPhase and onReport did not end within ${Math.round(ms)} ms`));
        }
      },
    },
    tools,
  );
  const report = reportOf(closed);
  const writeMs = halt.aborted ? HALTED_WRITE_MS : began + totalMs - clock.now();
  await within(
    writeMs,
    errors.attempt(() => publish(report, stop.options, tools)),
    clock,
  );
  return report;
}

/** The timeline comes last, so that the streams have passed on all that was logged when it has arrived. */
async function publish(
  report: ShutdownReport,
  { report: destination, timeline }: LifecycleOptions<string>,
  { host, log }: CloseTools,
): Promise<void> {
  await deliverReport(report, destination ?? (host.isTerminal('stdout') ? 'none' : 'stdout'), { host, log });
  await host.write('stderr', (timeline ?? host.isTerminal('stderr')) ? timelineOf(report) : '');
}

function exitCodeOf(reason: StopReason, forcedBy: NodeJS.Signals | undefined, clean: boolean): number {
  if (forcedBy !== undefined) return signalExitCode(forcedBy);
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
      return clean ? ExitCode.clean : ExitCode.unclean;
  }
}
