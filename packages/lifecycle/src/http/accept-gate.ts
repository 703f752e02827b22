import { Server as NetServer } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { HttpServer } from './http-server.ts';

/**
 * Lets the requests of a stopping server in, and closes its listener without loss.
 *
 * Connections the kernel has accepted and the process has not are reset when a listener closes, and under load there always
 * are some: each client told to reconnect makes one. So requests are held back for a moment. Nobody is answered, so
 * nobody reconnects, the backlog runs empty, the listener closes, and the held requests are served.
 */
export class Admission {
  readonly #server: HttpServer;
  #lastConnectionAt = -Infinity;
  #lastAnswerAt = -Infinity;
  #held: (() => void)[] | undefined;
  #isClosed = false;

  constructor(server: HttpServer) {
    this.#server = server;
  }

  connectionAccepted(): void {
    this.#lastConnectionAt = performance.now();
  }

  /** Whoever has been answered is about to connect again. */
  answered(): void {
    this.#lastAnswerAt = performance.now();
  }

  /** In the next tick: requests pipelined in one packet are then all known before the first of them is answered. */
  admit(serve: () => void): void {
    if (this.#held) this.#held.push(serve);
    else process.nextTick(serve);
  }

  /** Closes the listener once nobody was answered or has connected for `quietMs`; after `boundMs` or an abort anyway. */
  async close(quietMs: number, boundMs: number, signal: AbortSignal): Promise<void> {
    const bound = performance.now() + boundMs;
    this.#held ??= [];
    const quietAt = (): number => Math.max(this.#lastConnectionAt, this.#lastAnswerAt) + quietMs;
    while (!signal.aborted && performance.now() < Math.min(bound, quietAt())) {
      await delay(1, undefined, { signal }).catch(() => undefined);
    }
    // libuv accepts one connection in a turn of the loop: a turn without one means that the backlog is empty.
    for (let last = NaN; last !== this.#lastConnectionAt && !signal.aborted;) {
      last = this.#lastConnectionAt;
      await nextTurn();
    }
    this.closeNow();
  }

  /** Only the listener: `http.Server.close()` would also cut every keep-alive connection that is quiet at this moment. */
  closeNow(): void {
    if (!this.#isClosed) NetServer.prototype.close.call(this.#server);
    this.#isClosed = true;
    for (const serve of this.#held ?? []) process.nextTick(serve);
    this.#held = undefined;
  }
}
