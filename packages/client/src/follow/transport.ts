import type { Channel, LogEvent } from '@stellar-insights/contract';
import type { ConnectionReport } from './follow-state.ts';

/** An event as a stream delivers it. `id` is its cursor: `follow({ after: id })` goes on behind it. */
export type StreamedEvent = LogEvent & { readonly id: string };

/** What a transport tells its owner; never within the call that opened the connection. */
export interface ConnectionListener {
  /** Something came, whatever it is. */
  readonly heard: () => void;
  readonly report: (report: Exclude<ConnectionReport, { readonly type: 'event' }>) => void;
  readonly deliver: (event: StreamedEvent) => void;
}

export interface ConnectOptions extends ConnectionListener {
  readonly channels: readonly Channel[];
  /** The cursor to subscribe from. After `connected` was reported there is one. */
  readonly cursor: () => string | undefined;
}

export interface Connection {
  /** Ends it; it reports nothing any more. */
  close(): void;
  /** Asks the server for a sign of life, if the transport can. */
  probe(): void;
}

export type Transport = (options: ConnectOptions) => Connection;
