import type { Socket } from 'node:net';
import { formatCursor, parseCursor } from '@stellar-insights/contract';
import type { Channel } from '@stellar-insights/contract/channels';
import {
  CLOSE_CODES,
  ERROR_CODES,
  type ClientFrame,
  type CloseCode,
  type ControlFrame,
  type ErrorCode,
} from '@stellar-insights/contract/realtime';
import type { LogHead } from '@stellar-insights/db/log';
import type { Clock } from '@stellar-insights/runtime/time';
import type { WebSocket } from 'ws';
import { resyncFacts } from '../../answers/resync.ts';
import type { Broadcaster } from '../broadcaster.ts';
import { TokenBucket } from '../connections/token-bucket.ts';
import { FULL_BYTES, type Follower } from '../follower.ts';
import type { Encoding, Outlet } from '../outlet.ts';
import type { RealtimeMetrics } from '../realtime-metrics.ts';
import { isFault, parseClientFrame } from './parse-client-frame.ts';
import { textFrame } from './text-frame.ts';

export interface WebSocketParts {
  readonly broadcaster: Broadcaster;
  readonly metrics: RealtimeMetrics;
  readonly clock: Clock;
  /** Channels that one connection can follow. */
  readonly maxChannels: number;
  readonly messagesPerSecond: number;
  /** A ping is due so long after the one before, which must have been answered by then. */
  readonly heartbeatMs: number;
}

/** Whole frames: made once for all clients, where `ws` would make a header for each. */
const framed: Encoding = { encode: (frame) => textFrame(frame) };
/** What `ws` compresses for each client. */
const unframed: Encoding = { encode: (frame) => Buffer.from(frame) };
const TEXT = { binary: false };
const OPEN = 1;
const UNAUTHORIZED = 'the key of this connection was revoked or has expired';

/** One client: answers its frames, and is the way of the events to it. */
export class WebSocketConnection implements Outlet {
  readonly kind = 'websocket';
  readonly encoding: Encoding;
  readonly follower: Follower;
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  readonly #parts: WebSocketParts;
  readonly #bucket: TokenBucket;
  #pingDueAt: number;
  #awaitsPong = false;
  /** Something that was written has left. */
  readonly #left = (): void => {
    if (this.#webSocket.isPaused && this.unsent <= FULL_BYTES) this.#webSocket.resume();
    this.follower.drained();
  };

  constructor(webSocket: WebSocket, socket: Socket, id: string, parts: WebSocketParts) {
    this.encoding = webSocket.extensions === '' ? framed : unframed;
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#parts = parts;
    const now = parts.clock.now();
    this.#bucket = new TokenBucket(parts.messagesPerSecond, now);
    this.#pingDueAt = now + parts.heartbeatMs;
    const { broadcaster } = parts;
    this.follower = broadcaster.join(this);
    const { head } = broadcaster.ring;
    this.#send({ type: 'connected', connection_id: id, epoch: head.epoch, head: formatCursor(head) });
    webSocket.on('message', (data: Buffer, isBinary) => this.#received(data, isBinary));
    webSocket.on('ping', () => this.#isAllowed());
    webSocket.on('pong', () => (this.#awaitsPong ? (this.#awaitsPong = false) : this.#isAllowed()));
    webSocket.once('close', () => broadcaster.leave(this.follower));
    socket.on('drain', this.#left);
  }

  get unsent(): number {
    return this.#webSocket.bufferedAmount;
  }

  write(frame: Buffer): void {
    // What waits to be compressed is unsent too, and may leave without filling the socket: then that never drains.
    if (this.encoding === unframed) this.#webSocket.send(frame, TEXT, this.#left);
    // Without compression `ws` writes each message at once, so frames keep their order.
    else if (this.#isOpen) this.#socket.write(frame);
  }

  cork(): void {
    this.#socket.cork();
  }

  uncork(): void {
    this.#socket.uncork();
  }

  resync(head: LogHead): void {
    this.#send({ type: 'resync_required', ...resyncFacts(head, this.follower.channels) });
  }

  closeSlow(reason: string): void {
    this.#close(CLOSE_CODES.tooSlow, `${reason}; connect again and resume`);
  }

  endUnauthorized(): void {
    if (!this.#isOpen) return;
    this.#sendError(ERROR_CODES.unauthorized, UNAUTHORIZED);
    this.#close(CLOSE_CODES.policy, UNAUTHORIZED);
  }

  /** Called every second. */
  beat(now: number): void {
    // Not everything that leaves says so.
    this.#left();
    // A ping is behind all that is unsent. The follower closes a client that takes too long for that.
    if (this.unsent > 0) this.#pingDueAt = now + this.#parts.heartbeatMs;
    if (now < this.#pingDueAt || !this.#isOpen) return;
    this.#pingDueAt = now + this.#parts.heartbeatMs;
    if (this.#awaitsPong) {
      this.#parts.metrics.closed(this.kind, 'pong');
      this.#close(CLOSE_CODES.pongTimeout, 'a ping was not answered; connect again and resume');
    } else {
      this.#awaitsPong = true;
      this.#webSocket.ping();
    }
  }

  get #isOpen(): boolean {
    return this.#webSocket.readyState === OPEN;
  }

  #received(data: Buffer, isBinary: boolean): void {
    if (!this.#isOpen || !this.#isAllowed()) return;
    if (isBinary) {
      this.#violated(CLOSE_CODES.binary, 'binary message; send JSON as text');
      return;
    }
    const frame = parseClientFrame(data.toString());
    if (isFault(frame)) this.#sendError(frame.code, frame.message);
    else this.#answer(frame);
  }

  #answer(frame: ClientFrame): void {
    const { follower } = this;
    switch (frame.type) {
      case 'subscribe':
        this.#subscribe(frame.channels, frame.after);
        break;
      case 'unsubscribe':
        follower.unfollow(frame.channels);
        this.#confirm(frame.channels, 'unsubscribed', follower.after);
        break;
      case 'ping':
        this.#send({ ...frame, type: 'pong', after: follower.after });
    }
  }

  #subscribe(channels: readonly Channel[], after: string | undefined): void {
    const { follower } = this;
    const { maxChannels, broadcaster } = this.#parts;
    const wanted = new Set([...follower.channels, ...channels]);
    if (wanted.size > maxChannels) {
      const message = `found ${wanted.size} channels, expected at most ${maxChannels} on one connection`;
      this.#sendError(ERROR_CODES.tooManyChannels, message);
    } else if (after !== undefined && follower.isFollowing) {
      const message = `found \`after\`, but this connection is at ${follower.after}; open another, or unsubscribe first`;
      this.#sendError(ERROR_CODES.alreadyFollowing, message);
    } else {
      const place = after === undefined ? undefined : (parseCursor(after) ?? undefined);
      const from = follower.after ?? after ?? formatCursor(broadcaster.ring.head);
      // Before the events, some of which may be written at once.
      this.#confirm(channels, 'subscribed', from);
      follower.follow(channels, place);
    }
  }

  #confirm(channels: readonly Channel[], status: 'subscribed' | 'unsubscribed', after: string | null): void {
    this.#send({ type: 'subscription_confirm', channels: [...channels], status, after });
  }

  #sendError(code: ErrorCode, message: string): void {
    this.#send({ type: 'error', code, message });
  }

  #send(frame: ControlFrame): void {
    this.#webSocket.send(JSON.stringify(frame));
    // Who does not take the answers can ask no more, so that they do not pile up.
    if (this.unsent > FULL_BYTES) this.#webSocket.pause();
  }

  /** A client that sends too much is closed. */
  #isAllowed(): boolean {
    const { clock, messagesPerSecond } = this.#parts;
    if (this.#bucket.take(clock.now())) return true;
    if (!this.#isOpen) return false;
    const message = `found more than ${messagesPerSecond} messages per second`;
    this.#sendError(ERROR_CODES.tooManyMessages, message);
    this.#violated(CLOSE_CODES.policy, message);
    return false;
  }

  #violated(code: CloseCode, reason: string): void {
    this.#parts.metrics.closed(this.kind, 'policy');
    this.#close(code, reason);
  }

  #close(code: CloseCode, reason: string): void {
    this.follower.end();
    this.#webSocket.close(code, reason);
  }
}
