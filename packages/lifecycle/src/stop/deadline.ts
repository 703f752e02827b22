import { LifecycleError } from '../errors.ts';
import type { Clock } from '../host/clock.ts';
import type { Settings } from '../options.ts';
import type { Phase } from '../phase.ts';

type Budgets = Pick<Settings, 'phases' | 'readinessDelay' | 'reportTimeout' | 'timeout'>;

/** How long `force` has, together with the `close` that it cuts short; and after a second signal. */
const FORCE_MS = 200;
const FORCE_NOW_MS = 500;
/** After a second signal: how long a `close` has that begins, and one that was forced. */
export const CLOSE_NOW_MS = 100;
export const FORCED_CLOSE_MS = 20;
/** How long the report may take to be written after a second signal, and the whole rest of the stop after a third. */
export const WRITE_NOW_MS = 500;
/** What the report gets even if no time is kept for it or left. */
const MIN_WRITE_MS = 100;

/**
 * How long each step of one stop may take: its whole budget or, where less time is left than the step and those after it
 * have planned, its proportional share. After a second signal no time is left. All in milliseconds.
 */
export class Deadline {
  /** When the stop began, by the clock, and how long it may take. */
  readonly began: number;
  readonly totalMs: number;
  readonly forced: AbortSignal;
  /** Resolves when a third signal comes: nothing but the report is waited for. */
  readonly hurried: Promise<void>;
  readonly #clock: Clock;
  readonly #delayMs: number;
  readonly #reportMs: number;
  /** What the steps that are still to come have planned. */
  #plannedMs: number;

  /** `budgets` are those of the steps that have something to do: the others cost nothing. */
  constructor(budgets: Budgets, clock: Clock, { forced, hurried }: Pick<Deadline, 'forced' | 'hurried'>) {
    this.began = clock.now();
    this.totalMs = deadlineOf(budgets) * 1000;
    this.forced = forced;
    this.hurried = hurried;
    this.#clock = clock;
    this.#delayMs = budgets.readinessDelay * 1000;
    this.#reportMs = budgets.reportTimeout * 1000;
    this.#plannedMs = sumOf(budgets) * 1000;
  }

  forReadiness(): number {
    return this.#next(this.#delayMs);
  }

  /** To be asked once for each phase, in their order. */
  forPhase({ budget }: Phase): number {
    if (budget !== undefined) return this.#next(budget * 1000);
    return shareOf(this.#reportMs, this.#leftMs - this.forForce(), 1.5 * this.#reportMs);
  }

  /** Where time is short, the hooks, the last phase and the writing of the report share it as 2 : 2 : 1. */
  forHooks(): number {
    return shareOf(this.#reportMs, this.#leftMs, 2.5 * this.#reportMs);
  }

  /** A reader that takes nothing must not hold the process for what the phases have left over. */
  forWriting(): number {
    return this.forced.aborted
      ? WRITE_NOW_MS
      : Math.max(MIN_WRITE_MS, Math.min(this.#reportMs, this.#leftMs));
  }

  forForce(): number {
    if (!this.forced.aborted) return Math.min(FORCE_MS, this.#leftMs / 5);
    return Math.max(FORCED_CLOSE_MS, Math.min(FORCE_NOW_MS, this.#untilEndMs / 5));
  }

  /** What steps may still plan with: nothing after a second signal. */
  get #leftMs(): number {
    return this.forced.aborted ? 0 : this.#untilEndMs;
  }

  get #untilEndMs(): number {
    return Math.max(0, this.began + this.totalMs - this.#clock.now());
  }

  #next(budgetMs: number): number {
    const share = shareOf(budgetMs, this.#leftMs, this.#plannedMs);
    this.#plannedMs -= budgetMs;
    return share;
  }
}

function shareOf(budgetMs: number, leftMs: number, plannedMs: number): number {
  return plannedMs > leftMs ? Math.max(0, (leftMs * budgetMs) / plannedMs) : budgetMs;
}

/** Throws `grace_too_short`, with the arithmetic, if the platform kills before a stop of all phases has to be over. */
export function checkGrace(settings: Settings): void {
  const { platformGrace, timeout } = settings;
  const deadline = deadlineOf(settings);
  if (platformGrace === undefined || deadline <= platformGrace) return;
  const sum = stepsOf(settings).map(([name, seconds]) => `${seconds} (${name})`);
  const arithmetic =
    deadline === timeout ? `${timeout} s (the timeout over all)` : `${sum.join(' + ')} = ${deadline} s`;
  throw new LifecycleError(
    'grace_too_short',
    `a stop may take ${arithmetic}, but the platform kills after ${platformGrace} s: ` +
      `give it at least ${Math.ceil(deadline)} s of grace, or lower the budgets or the timeout over all`,
    { deadline, platformGrace },
  );
}

/** Each step and its seconds. */
function stepsOf({ phases, readinessDelay, reportTimeout }: Budgets): readonly (readonly [string, number])[] {
  const delay = readinessDelay > 0 ? [['readiness delay', readinessDelay] as const] : [];
  const budgeted = phases.filter(({ budget }) => budget !== undefined);
  return [
    ...delay,
    ...budgeted.map(({ name, budget = 0 }) => [name, budget] as const),
    ['the report', reportTimeout],
  ];
}

function sumOf(budgets: Budgets): number {
  return stepsOf(budgets).reduce((sum, [, seconds]) => sum + seconds, 0);
}

/** Seconds: the sum of all budgets, or `timeout` where that is less. */
function deadlineOf(budgets: Budgets): number {
  return Math.min(sumOf(budgets), budgets.timeout ?? Infinity);
}
