import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { Channel } from '@stellar-insights/contract/channels';
import type { ShutdownFrame } from '@stellar-insights/contract/realtime';
import type { LogCursor } from '@stellar-insights/db/log';
import type { Resource } from '@stellar-insights/lifecycle';
import { eventStreams, type ShutdownNotice } from '@stellar-insights/lifecycle/http';
import { webSockets } from '@stellar-insights/lifecycle/websocket';
import type { Log } from '@stellar-insights/runtime/log';
import type { Clock } from '@stellar-insights/runtime/time';
import type { Registry } from 'prom-client';
import { WebSocketServer, type WebSocket } from 'ws';
import { answeredProtocol } from '../access/credentials.ts';
import { ProblemError } from '../answers/problem.ts';
import { networkOf, type AddressOf } from '../server/client-address.ts';
import { Broadcaster } from './broadcaster.ts';
import type { Authorize, Grant } from './connections/authorize.ts';
import { ConnectionLimits } from './connections/connection-limits.ts';
import { EventStreamConnection } from './event-stream/event-stream-connection.ts';
import type { Follower } from './follower.ts';
import type { RealtimeConfig } from './realtime-config.ts';
import { RealtimeMetrics } from './realtime-metrics.ts';
import { notRunning, UpgradeGate, type UpgradeGateParts } from './websocket/upgrade-gate.ts';
import { WebSocketConnection } from './websocket/web-socket-connection.ts';

export interface RealtimeParts {
  readonly config: RealtimeConfig;
  readonly origins: '*' | readonly string[];
  readonly addressOf: AddressOf;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly log: Log;
  readonly authorize: Authorize;
  /** Whether an upgrade is beyond a rate limit. Default: none is. */
  readonly isLimited?: UpgradeGateParts['isLimited'];
}

/** The largest message of a client: a subscription to very many channels. */
const MAX_MESSAGE_BYTES = 65_536;
const MAX_FRAGMENTS = 256;
/** How long a closed client may take to read the close, which is behind all that is unsent, and to answer it. */
const CLOSE_TIMEOUT_MS = 5000;
/** Options of `ws` that its types do not have yet. */
const NOT_YET_TYPED = { maxFragments: MAX_FRAGMENTS, closeTimeout: CLOSE_TIMEOUT_MS };
/** Other replicas serve at once, so a client need not wait; the spread keeps all from coming in one moment. */
const RECONNECT_AFTER_MS = [0, 2000] as const;

/** What an SSE stream is opened with. */
interface EventStreamRequest {
  readonly channels: readonly Channel[];
  readonly after: LogCursor | undefined;
  readonly grant: Grant | undefined;
}

interface Connection {
  readonly follower: Follower;
  beat(now: number): void;
}

/** The streams of this process: who may connect, who is connected, and what they follow. */
export class Realtime {
  readonly broadcaster: Broadcaster;
  readonly gate: UpgradeGate;
  /** Upgrades are handed to it by `upgradeWebSocket`. */
  readonly webSocketServer: WebSocketServer;
  readonly #authorize: Authorize;
  readonly #config: RealtimeConfig;
  readonly #clock: Clock;
  readonly #metrics: RealtimeMetrics;
  readonly #limits: ConnectionLimits;
  readonly #addressOf: AddressOf;
  /** By what the lifecycle's adapters know a client as. */
  readonly #connections = new Map<WebSocket | ServerResponse, Connection>();

  constructor({
    config,
    origins,
    addressOf,
    registry,
    clock,
    log,
    authorize,
    isLimited = () => false,
  }: RealtimeParts) {
    this.#config = config;
    this.#clock = clock;
    this.#metrics = new RealtimeMetrics(registry);
    this.#limits = new ConnectionLimits(config);
    this.#addressOf = addressOf;
    this.#authorize = authorize;
    this.broadcaster = new Broadcaster({
      ring: config.ring,
      metrics: this.#metrics,
      clock,
      log,
      onSecond: (now) => this.#beat(now),
    });
    this.gate = new UpgradeGate({
      limits: this.#limits,
      addressOf,
      isLimited,
      origins,
      isRunning: () => this.broadcaster.isRunning,
    });
    this.webSocketServer = new WebSocketServer({
      noServer: true,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: config.compression,
      handleProtocols: answeredProtocol,
      ...NOT_YET_TYPED,
    });
  }

  /** A WebSocket whose handshake is done. */
  openWebSocket(webSocket: WebSocket, request: IncomingMessage, grant: Grant | undefined): void {
    const connection = new WebSocketConnection(webSocket, request.socket, randomUUID(), {
      ...this.#config,
      broadcaster: this.broadcaster,
      metrics: this.#metrics,
      clock: this.#clock,
    });
    this.#connections.set(webSocket, connection);
    const release = this.#endWith(grant, connection);
    webSocket.once('close', () => {
      this.#connections.delete(webSocket);
      release?.();
    });
  }

  /**
   * Takes a place for a stream of server-sent events, until its response closes.
   *
   * @throws ProblemError if there is none, or if it asks for more channels than a connection may have
   */
  admitEventStream(request: IncomingMessage, response: ServerResponse, channels: readonly Channel[]): void {
    const { maxChannels } = this.#config;
    if (channels.length > maxChannels) {
      const detail = `found ${channels.length} channels, expected at most ${maxChannels}`;
      const errors = [{ parameter: 'channel', detail }];
      throw this.refused(new ProblemError(400, 'invalid_parameter', detail, { errors }));
    }
    const place = this.broadcaster.isRunning
      ? this.#limits.take(networkOf(this.#addressOf(request)))
      : notRunning();
    if (place instanceof ProblemError) throw this.refused(place);
    response.once('close', place);
  }

  /** The head of the response has been written. */
  openEventStream(response: ServerResponse, { channels, after, grant }: EventStreamRequest): void {
    const { broadcaster } = this;
    const { heartbeatMs } = this.#config;
    const now = this.#clock.now();
    const connection = new EventStreamConnection(response, { broadcaster, heartbeatMs, now });
    this.#connections.set(response, connection);
    const release = this.#endWith(grant, connection);
    response.once('close', () => {
      this.#connections.delete(response);
      release?.();
    });
    connection.begin(randomUUID(), broadcaster.ring.head, channels, after);
  }

  /**
   * Whether this request may open a stream.
   *
   * @throws ProblemError
   */
  async authorize(request: IncomingMessage): Promise<Grant | undefined> {
    try {
      return await this.#authorize(request);
    } catch (error) {
      throw error instanceof ProblemError ? this.refused(error) : error;
    }
  }

  /** Counts a refusal. */
  refused(problem: ProblemError): ProblemError {
    this.#metrics.refused(problem.code);
    return problem;
  }

  /** What closes the clients at a stop. */
  streams(server: Server): Resource[] {
    const options = { clock: this.#clock, reconnectAfterMs: RECONNECT_AFTER_MS };
    return [
      webSockets<WebSocket>(this.webSocketServer, {
        ...options,
        lastId: (client) => this.#followerOf(client)?.lastId,
        frame: (notice, client) => JSON.stringify(this.#frame(notice, client)),
      }),
      eventStreams(server, {
        ...options,
        lastId: ({ response }) => this.#followerOf(response as ServerResponse)?.lastId,
        frame: (notice, { response }) => {
          const frame = this.#frame(notice, response as ServerResponse);
          const id = frame.after === null ? '' : `id: ${frame.after}\n`;
          return `retry: ${notice.reconnect_after_ms}\n${id}data: ${JSON.stringify(frame)}\n\n`;
        },
      }),
    ];
  }

  #frame(notice: ShutdownNotice, client: WebSocket | ServerResponse): ShutdownFrame {
    return { type: 'server_shutdown', ...notice, after: this.#followerOf(client)?.after ?? null };
  }

  #followerOf(client: WebSocket | ServerResponse): Follower | undefined {
    return this.#connections.get(client)?.follower;
  }

  #endWith(grant: Grant | undefined, connection: WebSocketConnection | EventStreamConnection) {
    return grant?.hold(() => {
      this.#metrics.closed(connection.kind, 'unauthorized');
      connection.endUnauthorized();
    });
  }

  #beat(now: number): void {
    for (const connection of this.#connections.values()) connection.beat(now);
  }
}
