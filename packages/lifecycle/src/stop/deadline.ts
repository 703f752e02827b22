import { LifecycleError } from '../errors.ts';
import type { Phase } from '../phase.ts';

export interface Budgets {
  readonly phases: readonly Phase[];
  /** Seconds, all of them. */
  readonly readinessDelay: number;
  readonly reportTimeout: number;
  readonly timeout: number | undefined;
}

/** Seconds from the first moment of a stop to its last: the sum of all budgets, or `timeout` where that is less. */
export function deadlineOf(budgets: Budgets): number {
  const sum = stepsOf(budgets).reduce((total, step) => total + step.seconds, 0);
  return Math.min(sum, budgets.timeout ?? sum);
}

/** Throws `grace_too_short`, with the arithmetic, if the platform kills before the deadline. */
export function checkGrace(budgets: Budgets, platformGrace: number | undefined): void {
  const deadline = deadlineOf(budgets);
  if (platformGrace === undefined || deadline <= platformGrace) return;
  const sum = stepsOf(budgets)
    .map(({ name, seconds }) => `${seconds} (${name})`)
    .join(' + ');
  const arithmetic =
    deadline === budgets.timeout ? `${deadline} s (the timeout over all)` : `${sum} = ${deadline} s`;
  throw new LifecycleError(
    'grace_too_short',
    `a stop may take ${arithmetic}, but the platform kills after ${platformGrace} s: ` +
      `give it at least ${Math.ceil(deadline)} s of grace, or lower the budgets or the timeout over all`,
    { deadline, platformGrace },
  );
}

/**
 * What a step may use of the time that is left: its whole budget, or, where less is left than it and the steps
 * after it have planned, its proportional share. All in milliseconds.
 */
export function shareOf(budget: number, left: number, planned: number): number {
  return planned > left ? Math.max(0, (left * budget) / planned) : budget;
}

function stepsOf({ phases, readinessDelay, reportTimeout }: Budgets): { name: string; seconds: number }[] {
  return [
    ...(readinessDelay > 0 ? [{ name: 'readiness delay', seconds: readinessDelay }] : []),
    ...phases.flatMap(({ name, budget }) => (budget === undefined ? [] : [{ name, seconds: budget }])),
    { name: 'the report', seconds: reportTimeout },
  ];
}
