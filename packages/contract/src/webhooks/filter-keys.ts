import { stroopsOf } from '../amount.ts';
import type { LogEvent, LogEventOf } from '../events/log-event.ts';
import type { WebhookFilters } from './filters.ts';

/*
 * A filter is the set of its combinations of a kind, an account and a corridor, asset, anchor or pool: each is a key. An event has
 * the key of each combination that it fits. So an event fits a filter exactly if they have a key in common, and an index of
 * keys finds the filters of an event without looking at others.
 */

/** The most keys of a filter. */
export const MOST_FILTER_KEYS = 200;

/** A key that a filter asks for, with the least amount in stroops; 0 if it asks for none. */
export interface FilterKey {
  readonly key: string;
  readonly min_amount: string;
}

/** A key that an event has, with the amount in stroops that is compared; 0 if it has none. */
export interface EventKey {
  readonly key: string;
  readonly amount: string;
}

export function filterKeys(filters: WebhookFilters, owner = ''): FilterKey[] {
  const { events, corridors, assets, anchors, pools, accounts, minimum_amount: amount = '0' } = filters;
  const subjects = [
    ...(corridors ?? []).map((name) => `corridor:${name}`),
    ...(assets ?? []).map((name) => `asset:${name}`),
    ...(anchors ?? []).map((name) => `anchor:${name}`),
    ...(pools ?? []).map((name) => `pool:${name}`),
  ];
  const min_amount = stroopsOf(amount).toString();
  return events.flatMap((kind) => {
    if (kind === 'webhook.disabled') return [{ key: keyOf(kind, '', ownerSubject(owner)), min_amount }];
    return orNone(accounts).flatMap((account) =>
      orNone(subjects).map((subject) => ({ key: keyOf(kind, account, subject), min_amount })),
    );
  });
}

/** At most 18; of an anchor, two and one for each issuer. `owner`: of the webhook that a `webhook.disabled` is about; only its owner may get it. */
export function eventKeys(event: LogEvent, owner = ''): EventKey[] {
  switch (event.event) {
    case 'payment.created':
    case 'payment.failed':
      return paymentKeys(event);
    case 'ledger.closed':
      return [{ key: keyOf(event.event), amount: '0' }];
    case 'anchor.status_changed':
      return ['', ...[event.data.anchor, ...event.data.issuers].map((name) => `anchor:${name}`)].map(
        (subject) => ({ key: keyOf(event.event, '', subject), amount: '0' }),
      );
    case 'pool.changed':
    case 'corridor.liquidity_dropped':
      return poolSubjects(event).map((subject) => ({ key: keyOf(event.event, '', subject), amount: '0' }));
    case 'webhook.disabled':
      return [{ key: keyOf(event.event, '', ownerSubject(owner)), amount: '0' }];
    default:
      return subjectsOf(event.data, {}).map(({ subject }) => ({
        key: keyOf(event.event, '', subject),
        amount: '0',
      }));
  }
}

/** Whether an event with certain keys fits the filter with these. */
export function keyMatcher(wanted: readonly FilterKey[]): (keys: readonly EventKey[]) => boolean {
  const least = new Map(wanted.map(({ key, min_amount: amount }) => [key, BigInt(amount)]));
  return (keys) => keys.some(({ key, amount }) => BigInt(amount) >= (least.get(key) ?? Infinity));
}

type PaymentEvent = LogEventOf<'payment.created' | 'payment.failed'>;

/** Stroops of the two sides of a payment. */
interface Amounts {
  readonly source?: string;
  readonly dest?: string;
}

function paymentKeys(event: PaymentEvent): EventKey[] {
  const { source, destination } = event.data;
  const accounts = new Set(['', source, destination]);
  const subjects = subjectsOf(event.data, amountsOf(event));
  return [...accounts].flatMap((account) =>
    subjects.map(({ subject, amount }) => ({ key: keyOf(event.event, account, subject), amount })),
  );
}

/** What was sent and delivered; of a failed payment what was to be sent at most and delivered at least. */
function amountsOf(event: PaymentEvent): Required<Amounts> {
  if (event.event === 'payment.created') {
    return { source: event.data.sent_stroops, dest: event.data.delivered_stroops };
  }
  const { fixed_side: side, fixed_stroops: fixed, limit_stroops: limit } = event.data;
  const other = limit ?? fixed;
  return side === 'source' ? { source: fixed, dest: other } : { source: other, dest: fixed };
}

interface Subject {
  readonly subject: string;
  readonly amount: string;
}

function subjectsOf(
  { source_asset: source, dest_asset: dest }: { readonly source_asset: string; readonly dest_asset: string },
  amounts: Amounts,
): Subject[] {
  const { source: sent = '0', dest: delivered = '0' } = amounts;
  const assets = new Map([[source, sent]]);
  assets.set(dest, larger(delivered, assets.get(dest) ?? '0'));
  const anchors = new Set([source, dest].filter((asset) => asset !== 'native').map(issuerOf));
  return [
    { subject: '', amount: '0' },
    { subject: `corridor:${source}/${dest}`, amount: delivered },
    ...[...assets].map(([asset, amount]) => ({ subject: `asset:${asset}`, amount })),
    ...[...anchors].map((anchor) => ({ subject: `anchor:${anchor}`, amount: '0' })),
  ];
}

/** Both directions: the pool serves the corridors of either. */
function poolSubjects({ data }: LogEventOf<'pool.changed' | 'corridor.liquidity_dropped'>): string[] {
  const { asset_a: assetA, asset_b: assetB } = data;
  const pair = { source_asset: assetA, dest_asset: assetB };
  return [
    ...subjectsOf(pair, {}).map(({ subject }) => subject),
    `corridor:${assetB}/${assetA}`,
    `pool:${'pool' in data ? data.pool : data.id}`,
  ];
}

function keyOf(kind: string, account = '', subject = ''): string {
  return [kind, account, subject].filter((part) => part !== '').join(' ');
}

function ownerSubject(owner: string): string {
  return `owner:${owner}`;
}

function issuerOf(asset: string): string {
  return asset.slice(asset.lastIndexOf(':') + 1);
}

function larger(a: string, b: string): string {
  return BigInt(a) > BigInt(b) ? a : b;
}

function orNone(values: readonly string[] = []): readonly string[] {
  return values.length === 0 ? [''] : values;
}
