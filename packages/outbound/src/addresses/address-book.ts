import { errorCode } from '@stellar-insights/runtime/errors';
import type { Clock } from '@stellar-insights/runtime/time';
import { OutboundError } from '../errors.ts';
import { checkAddress } from './check-address.ts';
import type { Lookup } from './lookup.ts';
import type { Network } from './network.ts';

/** How long the checked addresses of a name are used. Short, so that requests follow a host that moves. */
const KEPT_MS = 5000;

/** Names with kept addresses; beyond it, the oldest is looked up again. */
const MOST_NAMES = 10_000;

/** The checked addresses of names. Requests for one name share a look-up. */
export class AddressBook {
  readonly #lookup: Lookup;
  readonly #allowedNetworks: readonly Network[];
  readonly #clock: Pick<Clock, 'now'>;
  readonly #kept = new Map<string, { readonly addresses: readonly string[]; readonly until: number }>();
  readonly #pending = new Map<string, Promise<readonly string[]>>();

  constructor(lookup: Lookup, allowedNetworks: readonly Network[], clock: Pick<Clock, 'now'>) {
    this.#lookup = lookup;
    this.#allowedNetworks = allowedNetworks;
    this.#clock = clock;
  }

  /** Kept addresses are returned at once. Rejects with `lookup_failed`, or `address_not_allowed` if any is refused. */
  addressesOf(hostname: string): readonly string[] | Promise<readonly string[]> {
    const kept = this.#kept.get(hostname);
    if (kept !== undefined && this.#clock.now() < kept.until) return kept.addresses;
    const pending =
      this.#pending.get(hostname) ?? this.#lookUp(hostname).finally(() => this.#pending.delete(hostname));
    this.#pending.set(hostname, pending);
    return pending;
  }

  async #lookUp(hostname: string): Promise<readonly string[]> {
    const addresses = await this.#lookup(hostname).catch((error: unknown) => {
      throw lookupFailed(hostname, errorCode(error), error);
    });
    if (addresses.length === 0) throw lookupFailed(hostname, 'no address');
    // One refused address refuses the name: a public one beside a private one is how rebinding looks.
    for (const address of addresses) checkAddress(address, hostname, this.#allowedNetworks);
    this.#keep(hostname, addresses);
    return addresses;
  }

  #keep(hostname: string, addresses: readonly string[]): void {
    this.#kept.delete(hostname);
    this.#kept.set(hostname, { addresses, until: this.#clock.now() + KEPT_MS });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_NAMES && oldest !== undefined) this.#kept.delete(oldest);
  }
}

function lookupFailed(hostname: string, found: string, cause?: unknown): OutboundError {
  return new OutboundError(
    'lookup_failed',
    `found ${found} for ${hostname}, expected addresses: check the name and its DNS records`,
    { retryable: true, cause },
  );
}
