/** What a client on a long-lived connection is told when its server goes away; the names are those on the wire. */
export interface ShutdownNotice {
  readonly message: string;
  /** When to connect again, in milliseconds from now; another number for each client, lest all return at once. */
  readonly reconnect_after_ms: number;
  /** The last event the client was sent, to resume after. */
  readonly last_id?: string;
}

/** How the notice is worded. `Client` is what the hook is called with. */
export interface NoticeOptions<Client> {
  readonly message?: string;
  /** Smallest and largest reconnect delay in milliseconds; 500 and 5000 unless given. */
  readonly reconnectAfterMs?: readonly [number, number];
  /** The last event id this client was sent. */
  readonly lastId?: (client: Client) => string | undefined;
}

export function noticeFor<Client>(client: Client, options: NoticeOptions<Client>): ShutdownNotice {
  const [from, to] = options.reconnectAfterMs ?? [500, 5000];
  const notice = {
    message: options.message ?? 'The server is going away.',
    reconnect_after_ms: Math.round(from + Math.random() * (to - from)),
  };
  const lastId = options.lastId?.(client);
  return lastId === undefined ? notice : { ...notice, last_id: lastId };
}
