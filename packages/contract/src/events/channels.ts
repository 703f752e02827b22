/** What a client subscribes to. Every event is also in the channel `all`, which events do not list. */
export type Channel = string;

/** `source` and `dest`: `native` or `CODE:ISSUER`; the corridor is directed. */
export function corridorChannel(source: string, dest: string): Channel {
  return `corridor:${source}/${dest}`;
}

/** `account`: `G…`. */
export function accountChannel(account: string): Channel {
  return `account:${account}`;
}

/** `asset`: `native` or `CODE:ISSUER`. */
export function assetChannel(asset: string): Channel {
  return `asset:${asset}`;
}
