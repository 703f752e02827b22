import type { ShutdownSettings } from './environment.ts';
import { LifecycleError } from './errors.ts';

/**
 * One step of a stop; its resources are closed together. Budgets are in seconds.
 *
 * The last phase may go without: it is closed after the report's hooks, in the time the lifecycle keeps for its
 * report, and so holds what carries the report away (telemetry, a health server that is last down).
 */
export interface Phase<Name extends string = string> {
  readonly name: Name;
  readonly budget?: number;
}

type Budgets = Pick<
  ShutdownSettings,
  'gracefulTimeout' | 'backgroundTimeout' | 'websocketTimeout' | 'dbTimeout'
>;

export type ApiPhaseName = 'drain' | 'background' | 'streams' | 'cache' | 'database' | 'report';
export type WorkerPhaseName = Exclude<ApiPhaseName, 'drain' | 'streams'>;

/** The phases of a process that answers requests, in the order in which they are closed. */
export function apiPhases(budgets: Budgets): readonly Phase<ApiPhaseName>[] {
  return [
    { name: 'drain', budget: budgets.gracefulTimeout },
    { name: 'background', budget: budgets.backgroundTimeout },
    { name: 'streams', budget: budgets.websocketTimeout },
    { name: 'cache', budget: budgets.dbTimeout },
    { name: 'database', budget: budgets.dbTimeout },
    { name: 'report' },
  ];
}

/** The phases of a process that works through jobs, in the order in which they are closed. */
export function workerPhases(
  budgets: Pick<Budgets, 'backgroundTimeout' | 'dbTimeout'>,
): readonly Phase<WorkerPhaseName>[] {
  return [
    { name: 'background', budget: budgets.backgroundTimeout },
    { name: 'cache', budget: budgets.dbTimeout },
    { name: 'database', budget: budgets.dbTimeout },
    { name: 'report' },
  ];
}

/** A day, in seconds; no timer waits longer than 24 days. */
const LONGEST_BUDGET = 86_400;

/** Throws `invalid_phases` unless every stop over these phases has an order and an end. */
export function checkPhases(phases: readonly Phase[]): void {
  const fault = faultOf(phases);
  if (fault !== undefined) throw new LifecycleError('invalid_phases', fault, { phases });
}

function faultOf(phases: readonly Phase[]): string | undefined {
  if (phases.length === 0) return 'found no phases, expected at least one';
  for (const [index, { name, budget }] of phases.entries()) {
    if (phases.findIndex((other) => other.name === name) !== index) {
      return `found phase "${name}" twice, expected each name once`;
    }
    if (budget === undefined && index < phases.length - 1) {
      return `found phase "${name}" without a budget, expected seconds: only the last phase may go without`;
    }
    if (budget !== undefined && !(budget >= 0 && budget <= LONGEST_BUDGET)) {
      return `found budget ${budget} of phase "${name}", expected seconds from 0 to ${LONGEST_BUDGET}`;
    }
  }
  return undefined;
}
