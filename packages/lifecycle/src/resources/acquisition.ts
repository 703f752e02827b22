import { asResource, nameOf, type Acquirable } from './as-resource.ts';
import { within, type Clock } from '../host/clock.ts';
import { LifecycleError } from '../errors.ts';
import type { AnnounceContext, CloseContext, Resource, ResourceCounts } from './resource.ts';

export type Factory<T extends Acquirable> = (signal: AbortSignal) => T | Promise<T>;

/** How long a factory that was told to abort is waited for, so that what it may still make gets closed. */
const ABORTED_FACTORY_MS = 1000;

/** One acquisition: a factory at work, then the resource it made. */
export class Held {
  readonly phase: string;
  readonly since: number;
  /** Whether the factory is still at work. */
  pending = true;
  #name: string;
  #resource: Resource | undefined;
  #settled: Promise<unknown> = Promise.resolve();
  readonly #start = new AbortController();
  readonly #clock: Clock;

  constructor(phase: string, name: string, clock: Clock) {
    this.phase = phase;
    this.#name = name;
    this.#clock = clock;
    this.since = clock.now();
  }

  get name(): string {
    return this.#name;
  }

  /** Rejects with what the factory threw, or at once with the reason of `abandon`. */
  async fill<T extends Acquirable>(factory: Factory<T>, name: string | undefined): Promise<T> {
    const { signal } = this.#start;
    const abandoned = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as LifecycleError), { once: true });
    });
    const made = this.#make(factory, name);
    this.#settled = made.catch(() => undefined);
    return await Promise.race([made, abandoned]);
  }

  /** Tells a factory that is still at work to abort. */
  abandon(reason: LifecycleError): void {
    this.#start.abort(reason);
  }

  announce(context: AnnounceContext): void {
    this.#resource?.announce?.(context);
  }

  async close(context: CloseContext): Promise<void> {
    if (this.pending && !(await within(ABORTED_FACTORY_MS, this.#settled, this.#clock))) {
      void this.#settled.then(() => this.#closeAtOnce());
      throw new LifecycleError(
        'stopping',
        `the factory of "${this.#name}" goes on though its signal aborted`,
      );
    }
    await this.#resource?.close(context);
  }

  async force(): Promise<void> {
    await this.#resource?.force?.();
  }

  waitingFor(): string | undefined {
    return this.pending ? 'its factory' : this.#resource?.waitingFor?.();
  }

  counts(): ResourceCounts | undefined {
    return this.#resource?.counts?.();
  }

  async #make<T extends Acquirable>(factory: Factory<T>, name: string | undefined): Promise<T> {
    try {
      const value = await factory(this.#start.signal);
      this.#resource = asResource(value);
      this.#name = name ?? nameOf(value) ?? this.#name;
      return value;
    } finally {
      this.pending = false;
    }
  }

  async #closeAtOnce(): Promise<void> {
    const context = { signal: AbortSignal.abort(), deadline: this.#clock.now(), remaining: () => 0 };
    await Promise.allSettled([this.#resource?.close(context), this.#resource?.force?.()]);
  }
}
