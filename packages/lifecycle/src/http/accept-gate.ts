import { Server as NetServer } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../host/clock.ts';
import type { HttpServer } from './http-server.ts';

/**
 * Lets the requests of a stopping server in, and closes its listener without loss.
 *
 * When a listener closes, the connections are reset that the kernel has accepted and the process has not. Under load there
 * always are some: each client that has to reconnect makes one. So the gate holds requests back for a moment: nobody is
 * answered, so nobody reconnects, the backlog runs empty, the listener closes, and the gate lets the requests through.
 */
export class AcceptGate {
  readonly #server: HttpServer;
  readonly #clock: Clock;
  #lastConnectionAt = -Infinity;
  #lastAnswerAt = -Infinity;
  #waiting: (() => void)[] | undefined;
  #isClosed = false;

  constructor(server: HttpServer, clock: Clock) {
    this.#server = server;
    this.#clock = clock;
  }

  connectionAccepted(): void {
    this.#lastConnectionAt = this.#clock.now();
  }

  /** A client that has been answered is about to connect again. */
  answered(): void {
    this.#lastAnswerAt = this.#clock.now();
  }

  /** In the next tick: requests pipelined in one packet are then all known before the first of them is answered. */
  admit(serve: () => void): void {
    if (this.#waiting) this.#waiting.push(serve);
    else process.nextTick(serve);
  }

  /** Closes the listener once no answer and no connection came for `quietMs`; after `boundMs` or an abort in any case. */
  async close(quietMs: number, boundMs: number, forced: AbortSignal): Promise<void> {
    const clock = this.#clock;
    const bound = clock.now() + boundMs;
    this.#waiting ??= [];
    const quietAt = (): number => Math.max(this.#lastConnectionAt, this.#lastAnswerAt) + quietMs;
    while (!forced.aborted && clock.now() < Math.min(bound, quietAt())) {
      await clock.sleep(1, forced).catch(() => undefined);
    }
    // libuv accepts one connection in a turn of the loop: a turn without one means that the backlog is empty.
    for (let last = NaN; last !== this.#lastConnectionAt && !forced.aborted;) {
      last = this.#lastConnectionAt;
      await nextTurn();
    }
    this.closeNow();
  }

  /** Only the listener: `http.Server.close()` would also cut every keep-alive connection that is quiet at this moment. */
  closeNow(): void {
    if (!this.#isClosed) NetServer.prototype.close.call(this.#server);
    this.#isClosed = true;
    for (const serve of this.#waiting ?? []) process.nextTick(serve);
    this.#waiting = undefined;
  }
}
