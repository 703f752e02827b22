import type { ServerResponse } from 'node:http';
import { formatCursor } from '@stellar-insights/contract';
import type { Channel } from '@stellar-insights/contract/channels';
import { ERROR_CODES, type ControlFrame } from '@stellar-insights/contract/realtime';
import type { LogCursor, LogHead } from '@stellar-insights/db/log';
import { resyncFacts } from '../../answers/resync.ts';
import type { Broadcaster } from '../broadcaster.ts';
import type { Follower } from '../follower.ts';
import type { Encoding, Outlet } from '../outlet.ts';

export interface EventStreamParts {
  readonly broadcaster: Broadcaster;
  /** How often a comment is sent. */
  readonly heartbeatMs: number;
  /** In milliseconds. */
  readonly now: number;
}

/** How long `EventSource` waits before it connects again, in milliseconds. */
const RECONNECT_MS = 1000;

const UNAUTHORIZED = 'the key of this stream was revoked or has expired';

const encoding: Encoding = { encode: (frame, cursor) => Buffer.from(`id: ${cursor}\ndata: ${frame}\n\n`) };

/** One client of server-sent events. Frames are those of the WebSocket; `id` is always a place to resume from. */
export class EventStreamConnection implements Outlet {
  readonly kind = 'sse';
  readonly encoding = encoding;
  readonly follower: Follower;
  readonly #response: ServerResponse;
  readonly #heartbeatMs: number;
  #commentDueAt: number;
  /** A response may never drain: no `drain` comes if the kernel takes most of a large write at once. */
  readonly #left = (): void => this.follower.drained();

  /** The head of the response has been written. */
  constructor(response: ServerResponse, { broadcaster, heartbeatMs, now }: EventStreamParts) {
    this.#response = response;
    this.#heartbeatMs = heartbeatMs;
    this.#commentDueAt = now + heartbeatMs;
    this.follower = broadcaster.join(this);
    // A write after the end of the connection is no fault of the process.
    response.on('error', () => response.destroy());
    response.once('close', () => broadcaster.leave(this.follower));
  }

  get unsent(): number {
    return this.#response.writableLength;
  }

  /** Says hello and begins. Without `after` the events begin at `head`. */
  begin(id: string, head: LogCursor, channels: readonly Channel[], after: LogCursor | undefined): void {
    const from = formatCursor(after ?? head);
    this.#response.write(`retry: ${RECONNECT_MS}\nid: ${from}\n\n`);
    this.#send({ type: 'connected', connection_id: id, epoch: head.epoch, head: formatCursor(head) });
    this.#send({ type: 'subscription_confirm', channels: [...channels], status: 'subscribed', after: from });
    this.follower.follow(channels, after);
  }

  write(frame: Buffer): void {
    if (this.#response.writable) this.#response.write(frame, this.#left);
  }

  cork(): void {
    this.#response.cork();
  }

  uncork(): void {
    this.#response.uncork();
  }

  resync(head: LogHead): void {
    const facts = resyncFacts(head, this.follower.channels);
    const frame: ControlFrame = { type: 'resync_required', ...facts };
    this.write(encoding.encode(JSON.stringify(frame), facts.head));
  }

  closeSlow(): void {
    this.#response.destroy();
  }

  endUnauthorized(): void {
    if (!this.#response.writable) return;
    this.follower.end();
    this.#send({ type: 'error', code: ERROR_CODES.unauthorized, message: UNAUTHORIZED });
    this.#response.end();
  }

  /** Called every second. The comment keeps proxies from closing the connection; its id lets a quiet client resume near the head. */
  beat(now: number): void {
    if (now < this.#commentDueAt) return;
    this.#commentDueAt = now + this.#heartbeatMs;
    const { after } = this.follower;
    this.write(Buffer.from(`: heartbeat\n${after === null ? '' : `id: ${after}\n`}\n`));
  }

  #send(frame: ControlFrame): void {
    this.#response.write(`data: ${JSON.stringify(frame)}\n\n`);
  }
}
