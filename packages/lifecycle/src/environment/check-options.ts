import { constants } from 'node:os';
import { LifecycleError } from '../errors.ts';
import { memberOf, textOf } from '../host/foreign.ts';
import type { LifecycleOptions } from '../options.ts';
import type { Phase } from '../phase.ts';

/** A day; no timer waits longer than 24 days. */
const LONGEST_SECONDS = 86_400;

const SECONDS = `seconds from 0 to ${LONGEST_SECONDS}`;

function isSeconds(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= LONGEST_SECONDS;
}

/** Why a stop over these phases would have no order or no end. */
function faultsOfPhases(phases: readonly Phase[]): readonly string[] {
  if (!Array.isArray(phases) || phases.length === 0)
    return [`found phases ${textOf(phases)}, expected at least one`];
  return phases.flatMap(({ name, budget }: Phase, index) => {
    if (typeof name !== 'string') return [`found phase name ${textOf(name)}, expected a string`];
    const faults: string[] = [];
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

type Rule = readonly [expected: string, holds: (value: unknown) => boolean];

const seconds: Rule = [SECONDS, isSeconds];
const text: Rule = ['a string that is not empty', (value) => typeof value === 'string' && value !== ''];
const hook: Rule = ['a function', (value) => typeof value === 'function'];
const flag: Rule = ['true or false', (value) => typeof value === 'boolean'];
const levels = ['info', 'warn', 'error'] as const;

const RULES: { readonly [name in keyof LifecycleOptions]?: Rule } = {
  startTimeout: seconds,
  readinessDelay: seconds,
  readinessProbes: ['a whole number from 1', (value) => Number.isInteger(value) && Number(value) >= 1],
  readinessMinimum: seconds,
  reportTimeout: seconds,
  timeout: seconds,
  platformGrace: seconds,
  heartbeatLimit: seconds,
  signalDebounceMs: ['milliseconds', (value) => typeof value === 'number' && isSeconds(value / 1000)],
  signals: [
    'a list of signals that can be caught',
    (value) => Array.isArray(value) && value.every(isCatchable),
  ],
  report: ['a string or a function', (value) => text[1](value) || hook[1](value)],
  marker: text,
  log: ['info, warn and error', (value) => levels.every((level) => hook[1](memberOf(value, level)))],
  timeline: flag,
  watchdog: flag,
  exit: flag,
  onPhase: hook,
  onReport: hook,
};

function isCatchable(signal: unknown): boolean {
  const exists = typeof signal === 'string' && signal in constants.signals;
  return exists && signal !== 'SIGKILL' && signal !== 'SIGSTOP';
}

/** Throws `invalid_options` with every fault: an option that is no number would otherwise show only in the stop. */
export function checkOptions(options: LifecycleOptions): void {
  const faults = [...faultsOfPhases(options.phases)];
  if (!text[1](options.name)) faults.push(`found name ${textOf(options.name)}, expected ${text[0]}`);
  for (const [name, [expected, holds]] of Object.entries(RULES)) {
    const value = memberOf(options, name);
    if (value !== undefined && !holds(value))
      faults.push(`found ${name} ${textOf(value)}, expected ${expected}`);
  }
  if (faults.length > 0) throw invalidOptions(faults);
}

function invalidOptions(faults: readonly string[]): LifecycleError {
  return new LifecycleError('invalid_options', `the options cannot be used\n  ${faults.join('\n  ')}`, {
    faults,
  });
}

/** Throws `invalid_options` unless an acquisition can be given so many seconds. */
export function checkTimeout(timeout: unknown): void {
  if (timeout === undefined || timeout === Infinity || isSeconds(timeout)) return;
  throw invalidOptions([`found timeout ${textOf(timeout)}, expected ${SECONDS}`]);
}

/** Throws `invalid_options` unless each of these options of an adapter is a number that a timer can wait for. */
export function checkNumbers(options: object, ...names: readonly string[]): void {
  const given = names.map((name) => [name, memberOf(options, name)] as const);
  const faulty = given.filter(
    ([, value]) => value !== undefined && !(typeof value === 'number' && isSeconds(value / 1000)),
  );
  const faults = faulty.map(([name, value]) => `found ${name} ${textOf(value)}, expected a number from 0`);
  if (faults.length > 0) throw invalidOptions(faults);
}
