import type { Results } from './measure.ts';
import type { Value } from './scenario.ts';

/** What `lifecycle` promises. Its linger, 100 ms by default, is part of every exit that leaves connections behind. */
const LINGER_MS = 100;
const EXIT_MS = 50;
/** The notice to WebSockets comes half a second before their close. */
const NOTICE_MS = 500;
const DEADLINE_MS = 3000;
/** How late a timer and the end of a process may be. */
const LATE_MS = 100;

const targets: Record<string, Record<string, (value: Value) => boolean>> = {
  synchronousLoad: { lost: is(0), unanswered: is(0) },
  delayedLoad: { lost: is(0), unanswered: is(0) },
  inFlight: { slow: is(50), streams: is(5), exit: within(LINGER_MS + EXIT_MS) },
  idleSockets: { exit: within(LINGER_MS + EXIT_MS) },
  unusedSockets: { exit: within(LINGER_MS + EXIT_MS) },
  halfOpenSockets: { exit: within(LINGER_MS + EXIT_MS) },
  openWebSockets: { code: is('1012'), exit: within(NOTICE_MS + LINGER_MS + EXIT_MS + LATE_MS) },
  blockedLoop: { exit: within(DEADLINE_MS + LATE_MS), code: is('70') },
  hungHook: { exit: within(DEADLINE_MS + LATE_MS), code: is('1') },
  secondSignal: { exit: within(LATE_MS), code: is('143') },
  rollingRestart: { failed: is(0) },
};

/** The targets `lifecycle` misses, in words. */
export function missedTargets(results: Readonly<Record<string, Results>>): string[] {
  return Object.entries(results).flatMap(([scenario, { lifecycle = {} }]) =>
    Object.entries(targets[scenario] ?? {})
      .filter(([key, holds]) => !holds(lifecycle[key] ?? ''))
      .map(([key]) => `${scenario}.${key} is ${lifecycle[key]}`),
  );
}

function is(expected: Value): (value: Value) => boolean {
  return (value) => value === expected;
}

function within(most: number): (value: Value) => boolean {
  return (value) => typeof value === 'number' && value <= most;
}
