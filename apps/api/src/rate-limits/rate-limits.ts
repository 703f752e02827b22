import type { Resource, ResourceCounts } from '@stellar-insights/lifecycle';
import type { Log } from '@stellar-insights/runtime/log';
import type { Clock } from '@stellar-insights/runtime/time';
import type { Redis } from 'ioredis';
import type { Registry } from 'prom-client';
import { networkOf } from '../server/client-address.ts';
import type { RateLimitConfig } from './rate-limit-config.ts';
import { registerRateLimitMetrics } from './rate-limit-metrics.ts';
import { RateLimiter, type Quota } from './rate-limiter.ts';
import { SharedCounts } from './shared-counts.ts';

/** What is limited: the requests with a key, those of an address without one, and keys and tokens that are not valid. */
export type LimitKind = 'key' | 'address' | 'authentication';

export interface KindQuota extends Quota {
  readonly kind: LimitKind;
}

export interface Asker {
  readonly address: string;
  readonly caller: { readonly keyId: string; readonly requestsPerMinute: number | null } | undefined;
}

export interface RateLimitsParts {
  readonly config: RateLimitConfig;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly log: Log;
}

/** How many of the requests of an address may carry the same key that is not valid. */
const FAILURES_SHARE = 1 / 10;

/** How many requests each client may send. As a resource it holds nothing; it reports what it has refused. */
export class RateLimits implements Resource {
  readonly name = 'rate limits';
  readonly #config: RateLimitConfig;
  readonly #shared: SharedCounts;
  readonly #limiter: RateLimiter;
  readonly #refused: Record<LimitKind, number> = { key: 0, address: 0, authentication: 0 };

  constructor({ config, registry, clock, log }: RateLimitsParts) {
    this.#config = config;
    this.#shared = new SharedCounts(clock, log);
    this.#limiter = new RateLimiter(this.#shared, clock);
    registerRateLimitMetrics(registry, () => {
      const { unshared, subjects } = this.#limiter;
      return { refused: this.#refused, unshared, subjects };
    });
  }

  /** From now on all replicas count together. The connection's commands must fail while Redis is away. */
  share(client: Redis, databaseIdentity: string): void {
    this.#shared.connect(client, `{insights-${databaseIdentity}}:limit:1`);
  }

  /** Counts a request. Undefined if it is not limited. */
  take({ address, caller }: Asker): KindQuota | undefined {
    const { perKey, perAddress } = this.#config;
    return caller === undefined
      ? this.#decide('take', 'address', networkOf(address), perAddress)
      : this.#decide('take', 'key', caller.keyId, caller.requestsPerMinute ?? perKey);
  }

  /** Whether the next request without a key will be refused. */
  isExceeded(address: string): boolean {
    const quota = this.#decide('look', 'address', networkOf(address), this.#config.perAddress);
    return quota?.isExceeded === true;
  }

  /** Counts a key or token that was not valid. `credential` recognizes it, and is no secret. */
  takeFailure(address: string, credential: string): void {
    this.#decideFailure('take', address, credential);
  }

  /** Set if such a key or token is not looked up any more. */
  exceededFailures(address: string, credential: string): KindQuota | undefined {
    return this.#decideFailure('look', address, credential).find((quota) => quota?.isExceeded);
  }

  /** A request was answered 429. */
  refused(kind: LimitKind): void {
    this.#refused[kind] += 1;
  }

  close(): void {}

  counts(): ResourceCounts {
    return { ...this.#refused };
  }

  /** One key that fails is refused long before all those of its address are: others may use the same address. */
  #decideFailure(verb: 'take' | 'look', address: string, credential: string): (KindQuota | undefined)[] {
    const network = networkOf(address);
    if (network === '') return [];
    const { perAddress } = this.#config;
    return [
      this.#decide(
        verb,
        'authentication',
        `${network} ${credential}`,
        Math.ceil(perAddress * FAILURES_SHARE),
      ),
      this.#decide(verb, 'authentication', network, perAddress),
    ];
  }

  /** `name` is empty for a request without an address. */
  #decide(verb: 'take' | 'look', kind: LimitKind, name: string, limit: number): KindQuota | undefined {
    if (name === '' || limit === 0) return undefined;
    return { ...this.#limiter[verb](`${kind}:${name}`, limit), kind };
  }
}
