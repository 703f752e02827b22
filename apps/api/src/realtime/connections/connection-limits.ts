import { ProblemError } from '../../answers/problem.ts';

export interface ConnectionBounds {
  /** In this process. */
  readonly maxConnections: number;
  readonly maxPerAddress: number;
}

/** Counts the open connections, in all and per client. */
export class ConnectionLimits {
  readonly #bounds: ConnectionBounds;
  readonly #perAddress = new Map<string, number>();
  #total = 0;

  constructor(bounds: ConnectionBounds) {
    this.#bounds = bounds;
  }

  /** `network`: what the client's address is counted under. Returns what gives the place back; calling that again does nothing. Or returns why there is no place. */
  take(address: string): (() => void) | ProblemError {
    const { maxConnections, maxPerAddress } = this.#bounds;
    const ofAddress = this.#perAddress.get(address) ?? 0;
    const headers = { 'Retry-After': '5', Connection: 'close' };
    if (ofAddress >= maxPerAddress) {
      const detail = `this address has ${maxPerAddress} connections open; close one, or follow more channels on one`;
      return new ProblemError(429, 'too_many_connections', detail, { headers });
    }
    if (this.#total >= maxConnections) {
      const detail = 'this process has no place for another connection; try again later';
      return new ProblemError(503, 'connections_exhausted', detail, { headers });
    }
    this.#total += 1;
    this.#perAddress.set(address, ofAddress + 1);
    let isTaken = true;
    return () => {
      if (isTaken) this.#release(address);
      isTaken = false;
    };
  }

  #release(address: string): void {
    this.#total -= 1;
    const left = (this.#perAddress.get(address) ?? 1) - 1;
    if (left === 0) this.#perAddress.delete(address);
    else this.#perAddress.set(address, left);
  }
}
