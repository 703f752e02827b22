import { ACCOUNT_PATTERN, ANCHOR_PATTERN, ASSET_PATTERN, POOL_PATTERN } from '../patterns.ts';

declare const brand: unique symbol;

/** What a client subscribes to. Every event is also in the channel `all`, which events do not list. */
export type Channel = string & { readonly [brand]: 'Channel' };

export const ALL = 'all' as Channel;
/** Everything about payments, about corridors, about ledgers, about pools and about anchors. */
export const PAYMENTS = 'payments' as Channel;
export const CORRIDORS = 'corridors' as Channel;
export const LEDGERS = 'ledgers' as Channel;
export const POOLS = 'pools' as Channel;
export const ANCHORS = 'anchors' as Channel;

/** `source` and `dest`: `native` or `CODE:ISSUER`; the corridor is directed. */
export function corridorChannel(source: string, dest: string): Channel {
  return `corridor:${source}/${dest}` as Channel;
}

/** `account`: `G…`. */
export function accountChannel(account: string): Channel {
  return `account:${account}` as Channel;
}

/** `asset`: `native` or `CODE:ISSUER`. */
export function assetChannel(asset: string): Channel {
  return `asset:${asset}` as Channel;
}

/** `pool`: its id, 64 lower-case hex digits. */
export function poolChannel(pool: string): Channel {
  return `pool:${pool}` as Channel;
}

/** `anchor`: its id. */
export function anchorChannel(anchor: string): Channel {
  return `anchor:${anchor}` as Channel;
}

const NAMES = [
  'all|payments|corridors|ledgers|pools|anchors',
  `corridor:${ASSET_PATTERN}/${ASSET_PATTERN}`,
  `account:${ACCOUNT_PATTERN}`,
  `asset:${ASSET_PATTERN}`,
  `pool:${POOL_PATTERN}`,
  `anchor:${ANCHOR_PATTERN}`,
];

/** Every name of a channel, and nothing else. */
export const CHANNEL = new RegExp(`^(${NAMES.join('|')})$`);

/** Null unless the text is the name of a channel. */
export function parseChannel(text: string): Channel | null {
  return CHANNEL.test(text) ? (text as Channel) : null;
}

/** The channels of an event that someone follows, in the event's order; `all` is the first. */
export function followedChannels(
  { channels }: { readonly channels: readonly Channel[] },
  followed: { has(channel: Channel): boolean },
): Channel[] {
  return [ALL, ...channels].filter((channel) => followed.has(channel));
}
