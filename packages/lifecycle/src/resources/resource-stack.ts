import type { Acquirable } from './as-resource.ts';
import type { Clock } from '../host/clock.ts';
import { LifecycleError } from '../errors.ts';
import { Held, type Factory } from './acquisition.ts';
import type { Phase } from '../phase.ts';

/** All that a process holds, by the phase that closes it. */
export class Holdings {
  readonly #held = new Set<Held>();
  readonly #order: readonly string[];
  readonly #clock: Clock;
  #latest: string | undefined;
  #acquired = 0;

  constructor(phases: readonly Phase[], clock: Clock) {
    this.#order = phases.map(({ name }) => name);
    this.#clock = clock;
  }

  /**
   * What depends on a resource is closed before it, so it is acquired after it: while the process starts
   * (`ordered`), a phase that closes later than the one acquired last is an error.
   */
  async acquire<T extends Acquirable>(
    phase: string,
    factory: Factory<T>,
    options: { name: string | undefined; timeoutMs: number; ordered: boolean },
  ): Promise<T> {
    this.#check(phase, options.ordered);
    this.#acquired += 1;
    const held = new Held(phase, options.name ?? `${phase} #${this.#acquired}`, this.#clock);
    this.#held.add(held);
    const cancel = this.#clock.after(options.timeoutMs, () =>
      held.abandon(lateStart(held, options.timeoutMs)),
    );
    try {
      return await held.fill(factory, options.name);
    } catch (error) {
      if (!held.pending) this.#held.delete(held);
      if (error instanceof LifecycleError && error.code !== 'not_closable') throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw new LifecycleError(
        'start_failed',
        `"${held.name}" of phase "${phase}" did not start: ${message}`,
        { resource: held.name, phase },
        { cause: error },
      );
    } finally {
      cancel();
    }
  }

  all(): readonly Held[] {
    return [...this.#held];
  }

  of(phase: string): readonly Held[] {
    return this.all().filter((held) => held.phase === phase);
  }

  /** What is being acquired at this moment. */
  pending(): readonly Held[] {
    return this.all().filter((held) => held.pending);
  }

  #check(phase: string, ordered: boolean): void {
    const position = this.#order.indexOf(phase);
    if (position === -1) {
      throw new LifecycleError(
        'unknown_phase',
        `found phase "${phase}", expected one of ${this.#order.join(', ')}`,
        { phase, phases: this.#order },
      );
    }
    const latest = this.#latest;
    if (ordered && latest !== undefined && position > this.#order.indexOf(latest)) {
      throw new LifecycleError(
        'acquired_out_of_order',
        `found phase "${phase}" acquired after "${latest}", which closes before it; ` +
          `expected the reverse of the stop order: ${this.#order.toReversed().join(', ')}`,
        { phase, after: latest },
      );
    }
    this.#latest = phase;
  }
}

function lateStart(held: Held, timeoutMs: number): LifecycleError {
  return new LifecycleError(
    'start_timeout',
    `"${held.name}" of phase "${held.phase}" had not started after ${(timeoutMs / 1000).toFixed(1)} s`,
    { resource: held.name, phase: held.phase, timeoutMs },
  );
}
