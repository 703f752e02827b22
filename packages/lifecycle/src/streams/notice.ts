import type { Clock } from '../host/clock.ts';

/** What a client on a long-lived connection gets when its server goes away; the names are those on the wire. */
export interface ShutdownNotice {
  readonly message: string;
  /** When to connect again, in milliseconds from now; drawn for each client, so that not all return at once. */
  readonly reconnect_after_ms: number;
  /** The last event that the client was sent, to resume after. */
  readonly last_id?: string;
}

/** Calls a hook; undefined, and an error in the report, if it throws. */
export type Attempt = <T>(hook: () => T) => T | undefined;

/** How the notice is worded. `Client` is what the hook is called with. */
export interface NoticeOptions<Client> {
  readonly message?: string;
  /** Smallest and largest reconnect delay in milliseconds. Default: 500 and 5000. */
  readonly reconnectAfterMs?: readonly [number, number];
  /** The last event id that this client was sent. */
  readonly lastId?: (client: Client) => string | undefined;
}

/** `attempt` calls the hook; a hook that throws costs its client nothing but the id. */
export function noticeFor<Client>(
  client: Client,
  options: NoticeOptions<Client>,
  clock: Pick<Clock, 'random'>,
  attempt: Attempt,
): ShutdownNotice {
  const [from, to] = options.reconnectAfterMs ?? [500, 5000];
  const notice = {
    message: options.message ?? 'The server is going away.',
    reconnect_after_ms: Math.round(from + clock.random() * (to - from)),
  };
  const lastId = attempt(() => options.lastId?.(client));
  return lastId === undefined ? notice : { ...notice, last_id: lastId };
}
