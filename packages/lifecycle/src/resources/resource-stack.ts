import { LifecycleError } from '../errors.ts';
import type { Clock } from '../host/clock.ts';
import type { Phase } from '../phase.ts';
import { describeError } from '../report/report.ts';
import { Acquisition, type Factory } from './acquisition.ts';
import type { Acquirable } from './as-resource.ts';

/** Everything that a process holds, by the phase that closes it. */
export class ResourceStack {
  readonly #acquisitions = new Set<Acquisition>();
  readonly #order: readonly string[];
  readonly #clock: Clock;
  #latestPhase: string | undefined;
  #count = 0;

  constructor(phases: readonly Phase[], clock: Clock) {
    this.#order = phases.map(({ name }) => name);
    this.#clock = clock;
  }

  /**
   * What depends on a resource is closed before it, and so acquired after it: while the process starts (`isOrdered`), a
   * phase that closes later than the one acquired last is an error.
   */
  async acquire<T extends Acquirable>(
    phase: string,
    factory: Factory<T>,
    { name, timeoutMs, isOrdered }: { name: string | undefined; timeoutMs: number; isOrdered: boolean },
  ): Promise<T> {
    this.#check(phase, isOrdered);
    this.#latestPhase = phase;
    this.#count += 1;
    const acquisition = new Acquisition(phase, name ?? `${phase} #${this.#count}`, this.#clock);
    this.#acquisitions.add(acquisition);
    const cancel = this.#clock.after(timeoutMs, () => {
      const after = `${(timeoutMs / 1000).toFixed(1)} s`;
      const message = `"${acquisition.name}" of phase "${phase}" had not started after ${after}`;
      const facts = { resource: acquisition.name, phase, timeoutMs };
      acquisition.abandon(new LifecycleError('start_timeout', message, facts));
      // While the process starts, the stop that follows closes it.
      const forget = () => this.#acquisitions.delete(acquisition);
      if (!isOrdered) void acquisition.discard().then(forget, forget);
    });
    try {
      return await acquisition.make(factory, name);
    } catch (error) {
      if (!acquisition.isPending) this.#acquisitions.delete(acquisition);
      if (error instanceof LifecycleError && error.code !== 'not_closable') throw error;
      const message = `"${acquisition.name}" of phase "${phase}" did not start: ${describeError(error).message}`;
      throw new LifecycleError('start_failed', message, { resource: acquisition.name, phase }, error);
    } finally {
      cancel();
    }
  }

  all(): readonly Acquisition[] {
    return [...this.#acquisitions];
  }

  of(phase: string): readonly Acquisition[] {
    return this.all().filter((acquisition) => acquisition.phase === phase);
  }

  /** Those whose factory is at work at this moment. */
  pending(): readonly Acquisition[] {
    return this.all().filter(({ isPending }) => isPending);
  }

  #check(phase: string, isOrdered: boolean): void {
    const phases = this.#order;
    const after = this.#latestPhase;
    if (!phases.includes(phase)) {
      const message = `found phase "${phase}", expected one of ${phases.join(', ')}`;
      throw new LifecycleError('unknown_phase', message, { phase, phases });
    }
    if (isOrdered && after !== undefined && phases.indexOf(phase) > phases.indexOf(after)) {
      const message =
        `found phase "${phase}" acquired after "${after}", which closes before it; ` +
        `expected the reverse of the stop order: ${phases.toReversed().join(', ')}`;
      throw new LifecycleError('acquired_out_of_order', message, { phase, after });
    }
  }
}
