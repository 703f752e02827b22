import { setImmediate as breathe } from 'node:timers/promises';
import type { Era } from '../close/era.ts';
import {
  createNetwork,
  DEFAULT_NETWORK,
  type ClosedLedger,
  type Network,
  type NetworkOptions,
} from '../network.ts';
import { anchorsService } from './anchors/anchors-service.ts';
import { CloseClock } from './close-clock.ts';
import { controlService } from './control/control-service.ts';
import { noFaults, type Faults } from './faults.ts';
import { horizonService } from './horizon/horizon-service.ts';
import { HttpServer } from './http/http-server.ts';
import type { Service } from './http/service.ts';
import { LedgerHistory } from './ledger-history.ts';
import { misbehave } from './misbehave.ts';
import { rpcService } from './rpc/rpc-service.ts';

export interface SimnetOptions {
  /** The same seed gives the same network. Default: `simnet`. */
  readonly seed?: string;
  readonly passphrase?: string;
  /** Default: 1,000. */
  readonly startLedger?: number;
  /** When the first ledger closed, in Unix milliseconds. Default: so that the last ledger of `history` closes now. */
  readonly startTime?: number;
  /** The interval between the close times in the ledgers, in whole seconds. Default: `closeEveryMs` rounded up, or 5,000. */
  readonly closeIntervalMs?: number;
  readonly eras?: readonly Era[];
  /** Exactly so many in each ledger. Default: about fifteen. */
  readonly transactionsPerLedger?: number;
  /** Real milliseconds from close to close. If not set, a ledger closes only when `closeLedger` is called. */
  readonly closeEveryMs?: number;
  /** How many ledgers to close before serving, at least 1. Default: 100. */
  readonly history?: number;
  /** How many ledgers RPC and Horizon keep, at 2 kB a transaction. Default: 2,000. */
  readonly retention?: number;
  /** Default: loopback. */
  readonly host?: string;
  /** Default: any that is free. */
  readonly port?: number;
  /** Called with every ledger as it closes, those of `history` included. */
  readonly onLedger?: (ledger: ClosedLedger) => void;
}

/** Where things are served, without a slash at the end. */
export interface SimnetUrls {
  readonly rpc: string;
  readonly horizon: string;
  /** An anchor's file is at `/{domain}/.well-known/stellar.toml` below. */
  readonly anchors: string;
  readonly control: string;
}

/**
 * Closes the history, then serves it and what follows until it is disposed.
 *
 * @throws the signal's reason if it aborts before that
 */
export async function startSimnet(options: SimnetOptions = {}, signal?: AbortSignal): Promise<Simnet> {
  const { onLedger, closeEveryMs, host = '127.0.0.1', port = 0 } = options;
  const length = options.history ?? 100;
  if (closeEveryMs !== undefined && !(closeEveryMs > 0)) {
    throw new RangeError(`found ${closeEveryMs} ms from close to close, expected more than 0`);
  }
  if (!(length >= 1)) throw new RangeError(`found a history of ${length} ledgers, expected 1 or more`);
  const network = createNetwork(networkOptions(options, length));
  const close = () => {
    const ledger = network.closeLedger();
    onLedger?.(ledger);
    return ledger;
  };

  const history = new LedgerHistory(options.retention ?? 2_000, close());
  for (let closed = 1; closed < length; closed += 1) {
    await breathe();
    signal?.throwIfAborted();
    history.append(close());
  }
  const faults = noFaults();
  const server = await HttpServer.listen(servicesOf(network, history, faults), { host, port });
  return new Simnet({ network, history, faults, server, close, closeEveryMs });
}

interface SimnetParts {
  readonly network: Network;
  readonly history: LedgerHistory;
  readonly faults: Faults;
  readonly server: HttpServer;
  readonly close: () => ClosedLedger;
  readonly closeEveryMs: number | undefined;
}

/** A simulated network that can be reached as a real one is. */
export class Simnet implements AsyncDisposable {
  readonly network: Network;
  readonly history: LedgerHistory;
  /** No faults at first; assign to its fields to change how the servers behave. */
  readonly faults: Faults;
  readonly urls: SimnetUrls;
  readonly #server: HttpServer;
  readonly #clock: CloseClock | undefined;
  readonly #close: () => ClosedLedger;

  constructor({ network, history, faults, server, close, closeEveryMs }: SimnetParts) {
    this.network = network;
    this.history = history;
    this.faults = faults;
    this.urls = urlsAt(server.url);
    this.#server = server;
    this.#close = close;
    this.#clock =
      closeEveryMs === undefined ? undefined : new CloseClock(closeEveryMs, () => this.closeLedger());
  }

  /** Closes the next ledger at once. */
  closeLedger(): ClosedLedger {
    const ledger = this.#close();
    this.history.append(ledger);
    return ledger;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#clock?.[Symbol.dispose]();
    await this.#server[Symbol.asyncDispose]();
  }
}

function networkOptions(options: SimnetOptions, history: number): NetworkOptions {
  const {
    seed = DEFAULT_NETWORK.seed,
    passphrase = DEFAULT_NETWORK.passphrase,
    startLedger = DEFAULT_NETWORK.startLedger,
    closeEveryMs = 5_000,
    eras,
    transactionsPerLedger,
  } = options;
  const closeIntervalMs = options.closeIntervalMs ?? Math.ceil(closeEveryMs / 1_000) * 1_000;
  const startTime = options.startTime ?? Date.now() - (history - 1) * closeIntervalMs;
  return {
    seed,
    passphrase,
    startLedger,
    startTime,
    closeIntervalMs,
    ...(eras !== undefined && { eras }),
    ...(transactionsPerLedger !== undefined && { transactionsPerLedger }),
  };
}

function servicesOf(network: Network, history: LedgerHistory, faults: Faults): ReadonlyMap<string, Service> {
  const rpc = rpcService({ network, history, fault: () => faults.rpc });
  const horizon = horizonService({ network, history, fault: () => faults.horizon });
  return new Map<keyof SimnetUrls, Service>([
    ['rpc', misbehave(rpc, () => faults.rpc)],
    ['horizon', misbehave(horizon, () => faults.horizon)],
    ['anchors', anchorsService(network, () => faults.anchors)],
    ['control', controlService(network, history, faults)],
  ]);
}

function urlsAt(origin: string): SimnetUrls {
  return {
    rpc: `${origin}/rpc`,
    horizon: `${origin}/horizon`,
    anchors: `${origin}/anchors`,
    control: `${origin}/control`,
  };
}
