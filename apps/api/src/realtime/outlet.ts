import type { LogHead } from '@stellar-insights/db/log';

/** How a transport carries a frame: the bytes to write for a frame, with the cursor of the event in it. */
export interface Encoding {
  encode(frame: string, cursor: string): Buffer;
}

/** The way to one client. The owner calls `Follower.drained` when something that was written has left. */
export interface Outlet {
  readonly kind: 'websocket' | 'sse';
  readonly encoding: Encoding;
  /** How many bytes this process holds for the client. */
  readonly unsent: number;
  write(frame: Buffer): void;
  /** Holds back what is written until `uncork`, so that it leaves together. */
  cork(): void;
  uncork(): void;
  /** The log cannot continue from where the client is; it continues from the head. */
  resync(head: LogHead): void;
  closeSlow(reason: string): void;
}
