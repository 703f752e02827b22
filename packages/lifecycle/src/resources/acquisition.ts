import { LifecycleError } from '../errors.ts';
import { within, type Clock } from '../host/clock.ts';
import { doWork } from '../host/work.ts';
import { asResource, nameOf, type Acquirable } from './as-resource.ts';
import type { CloseContext, Resource } from './resource.ts';

export type Factory<T extends Acquirable> = (signal: AbortSignal) => T | Promise<T>;

/** How long a stop waits for a factory whose signal has aborted, so that what it may still make gets closed. */
const ABORTED_FACTORY_MS = 1000;

/** One acquisition: first a factory at work, then the resource that it made. */
export class Acquisition {
  readonly phase: string;
  /** When it was asked for, by the clock. */
  readonly since: number;
  name: string;
  isPending = true;
  /** Undefined while the factory is at work, and if it failed. */
  resource: Resource | undefined;
  #settled: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;
  readonly #abandoned = new AbortController();
  readonly #clock: Clock;

  constructor(phase: string, name: string, clock: Clock) {
    this.phase = phase;
    this.name = name;
    this.#clock = clock;
    this.since = clock.now();
  }

  /** Rejects with what the factory threw, or at once with the reason of `abandon`. */
  async make<T extends Acquirable>(factory: Factory<T>, name: string | undefined): Promise<T> {
    const { signal } = this.#abandoned;
    const abandoned = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => abandoned.reject(signal.reason), { once: true });
    const making = this.#make(factory, name).finally(() => (this.isPending = false));
    this.#settled = making.catch(() => undefined);
    return await Promise.race([making, abandoned.promise]);
  }

  /** Aborts the signal of a factory that is still at work. */
  abandon(reason: LifecycleError): void {
    this.#abandoned.abort(reason);
  }

  /** Nobody will use what the factory may still make: it is closed as soon as it is there. Resolves then. */
  async discard(): Promise<void> {
    await this.#settled;
    await (this.#closing ??= this.#closeAtOnce());
  }

  async close(context: CloseContext): Promise<void> {
    await (this.#closing ??= this.#close(context));
  }

  waitingFor(): string | undefined {
    return this.isPending ? 'its factory' : this.resource?.waitingFor?.();
  }

  async #make<T extends Acquirable>(factory: Factory<T>, name: string | undefined): Promise<T> {
    const value = await doWork(`the factory of "${this.name}"`, () => factory(this.#abandoned.signal));
    this.resource = asResource(value);
    this.name = name ?? nameOf(value) ?? this.name;
    return value;
  }

  async #close(context: CloseContext): Promise<void> {
    if (this.isPending && !(await within(ABORTED_FACTORY_MS, this.#settled, this.#clock))) {
      void this.#settled.then(() => this.#closeAtOnce());
      throw new LifecycleError(
        'stopping',
        `the factory of "${this.name}" has not ended ${ABORTED_FACTORY_MS} ms after its signal aborted; ` +
          'pass the signal on to what the factory waits for',
      );
    }
    await doWork(`the close of "${this.name}"`, () => this.resource?.close(context));
  }

  async #closeAtOnce(): Promise<void> {
    const { resource } = this;
    const context = { signal: AbortSignal.abort(), deadline: this.#clock.now(), remaining: () => 0 };
    await Promise.allSettled([
      (async () => await resource?.close(context))(),
      (async () => await resource?.force?.())(),
    ]);
  }
}
