import { LifecycleError } from './errors.ts';

/**
 * One step of a stop; its resources are closed together. Budgets are in seconds.
 *
 * The last phase may have none: it is closed after the report's hooks, in the time that the lifecycle keeps for its report,
 * and holds what carries the report away (telemetry, a health server that stops last).
 */
export interface Phase<Name extends string = string> {
  readonly name: Name;
  readonly budget?: number;
}

/** A day, in seconds; no timer waits longer than 24 days. */
const LONGEST_BUDGET = 86_400;

/** Throws `invalid_phases` unless every stop over these phases has an order and an end. */
export function checkPhases(phases: readonly Phase[]): void {
  const refuse = (fault: string): never => {
    throw new LifecycleError('invalid_phases', fault, { phases });
  };
  if (phases.length === 0) refuse('found no phases, expected at least one');
  for (const [index, { name, budget }] of phases.entries()) {
    if (phases.findIndex((other) => other.name === name) !== index) {
      refuse(`found phase "${name}" twice, expected each name once`);
    }
    if (budget === undefined && index < phases.length - 1) {
      refuse(`found phase "${name}" without a budget, expected seconds: only the last phase may have none`);
    }
    if (budget !== undefined && !(budget >= 0 && budget <= LONGEST_BUDGET)) {
      refuse(`found budget ${budget} of phase "${name}", expected seconds from 0 to ${LONGEST_BUDGET}`);
    }
  }
}
