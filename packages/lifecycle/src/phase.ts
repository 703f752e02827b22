import { textOf } from './host/foreign.ts';

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

/** A day; no timer waits longer than 24 days. */
const LONGEST_SECONDS = 86_400;

export const SECONDS = `seconds from 0 to ${LONGEST_SECONDS}`;

export function isSeconds(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= LONGEST_SECONDS;
}

/** Why a stop over these phases would have no order or no end. */
export function faultsOfPhases(phases: readonly Phase[]): readonly string[] {
  if (!Array.isArray(phases) || phases.length === 0)
    return [`found phases ${textOf(phases)}, expected at least one`];
  return phases.flatMap(({ name, budget }: Phase, index) => {
    const faults: string[] = [];
    if (typeof name !== 'string') faults.push(`found phase name ${textOf(name)}, expected a string`);
    if (phases.findIndex((other: Phase) => other.name === name) !== index) {
      faults.push(`found phase "${name}" twice, expected each name once`);
    }
    if (budget === undefined && index < phases.length - 1) {
      faults.push(
        `found phase "${name}" without a budget, expected seconds: only the last phase may have none`,
      );
    }
    if (budget !== undefined && !isSeconds(budget)) {
      faults.push(`found budget ${textOf(budget)} of phase "${name}", expected ${SECONDS}`);
    }
    return faults;
  });
}
