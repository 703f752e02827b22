import { shareOf } from './deadline.ts';
import { closePhase } from './close-phase.ts';
import type { CloseTools } from './close-resource.ts';
import type { Holdings } from '../resources/resource-stack.ts';
import type { Phase } from '../phase.ts';
import type { ReadinessGate } from './readiness.ts';
import type { PhaseReport, ReadinessReport } from '../report/report.ts';

/** How long `force` has, together with the `close` it cuts short. */
const FORCE_MS = 200;

export interface ClosePlan {
  readonly phases: readonly Phase[];
  readonly holdings: Holdings;
  readonly readiness: ReadinessGate;
  readonly readinessProbes: number;
  readonly delayMs: number;
  readonly reportMs: number;
  /** In the clock's milliseconds. */
  readonly began: number;
  readonly deadline: number;
  /** Told of each phase as it ends. */
  readonly onPhase: (phase: PhaseReport) => void;
  /** Runs before the phase without a budget, and has `ms` for it. */
  readonly beforeLast: (closed: Closed, ms: number) => Promise<void>;
}

export interface Closed {
  readonly readiness: ReadinessReport;
  readonly phases: readonly PhaseReport[];
}

/** The one road down, of a stop as of a failed start: the readiness delay, then phase by phase. Never rejects. */
export async function closeAll(plan: ClosePlan, tools: CloseTools): Promise<Closed> {
  const { phases, holdings, reportMs, delayMs } = plan;
  const { clock, halt } = tools;
  const left = (): number => (halt.aborted ? 0 : Math.max(0, plan.deadline - clock.now()));
  /** What the phases from `index` on may need; one that holds nothing leaves its time to the others. */
  const plannedFrom = (index: number): number =>
    phases
      .slice(index)
      .filter(({ name }) => holdings.of(name).length > 0)
      .reduce((sum, { budget = 0 }) => sum + budget * 1000, reportMs);
  const closed: PhaseReport[] = [];
  const forceMs = (): number => Math.min(FORCE_MS, left() / 5);
  const close = async (name: string, plannedMs: number): Promise<void> => {
    const window = { stopBegan: plan.began, plannedMs, forceMs: forceMs() };
    const report = await closePhase(name, holdings.of(name), window, tools);
    closed.push(report);
    plan.onPhase(report);
  };

  const delayShareMs = shareOf(delayMs, left(), delayMs + plannedFrom(0));
  const readiness = await plan.readiness.delay(delayShareMs, plan.readinessProbes, halt);
  for (const [index, { name, budget }] of phases.entries()) {
    if (budget !== undefined) await close(name, shareOf(budget * 1000, left(), plannedFrom(index)));
  }
  // Hooks, the last phase and the writing of the report share what is left, where it is short, as 2 : 2 : 1.
  await plan.beforeLast({ readiness, phases: closed }, shareOf(reportMs, left(), 2.5 * reportMs));
  const last = phases.find(({ budget }) => budget === undefined);
  if (last !== undefined) await close(last.name, shareOf(reportMs, left() - forceMs(), 1.5 * reportMs));
  return { readiness, phases: closed };
}
