import { accountKey } from '@stellar-insights/ledger';
import { z } from 'zod';
import { decimalInput, LARGEST_AMOUNT, stroopsOf } from '../amount.ts';
import { ACCOUNT_PATTERN, ANCHOR_PATTERN, ASSET_PATTERN } from '../patterns.ts';
import { poolId } from '../pool.ts';
import { filterKeys, MOST_FILTER_KEYS } from './filter-keys.ts';

/** The kinds of events that a webhook can ask for. */
const WEBHOOK_EVENTS = [
  'ledger.closed',
  'payment.created',
  'payment.failed',
  'corridor.updated',
  'corridor.health_degraded',
  'corridor.health_recovered',
  'corridor.liquidity_dropped',
  'pool.changed',
  'anchor.status_changed',
  'webhook.disabled',
] as const;

type EventKind = (typeof WEBHOOK_EVENTS)[number];

/** What an event of each subject can be selected by; a kind that differs from its subject has a line of its own. */
const SELECTABLE: Readonly<Record<string, readonly Selector[]>> = {
  payment: ['corridors', 'assets', 'anchors', 'accounts', 'minimum_amount'],
  corridor: ['corridors', 'assets', 'anchors'],
  'corridor.liquidity_dropped': ['corridors', 'assets', 'anchors', 'pools'],
  pool: ['pools', 'assets', 'anchors'],
  anchor: ['anchors'],
  ledger: [],
  webhook: [],
};

const SELECTORS = ['corridors', 'assets', 'anchors', 'pools', 'accounts', 'minimum_amount'] as const;

type Selector = (typeof SELECTORS)[number];

const MOST_VALUES = 20;
const TWICE = 'found a value twice, expected each once';

const account = z
  .string()
  .regex(new RegExp(`^${ACCOUNT_PATTERN}$`), 'expected an account, G…')
  .refine(isAccount, 'expected an account, G…: the checksum is wrong, so no event has this account');

const anchor = z
  .string()
  .max(64)
  .regex(
    new RegExp(`^(${ACCOUNT_PATTERN}|${ANCHOR_PATTERN})$`),
    'expected an account, G…, or the id of an anchor in lower case, e.g. example.com',
  )
  .refine((text) => isAnchorId(text) || isAccount(text), 'the checksum of the account is wrong');

const asset = z
  .string()
  .regex(new RegExp(`^${ASSET_PATTERN}$`), 'expected native or CODE:ISSUER')
  .refine(hasIssuer, 'expected native or CODE:ISSUER: the checksum of the issuer is wrong');

const corridor = z
  .string()
  .max(256)
  .regex(new RegExp(`^${ASSET_PATTERN}/${ASSET_PATTERN}$`), 'expected {source}/{dest}')
  .refine((text) => text.split('/').every(hasIssuer), 'the checksum of an issuer is wrong');

/** Different values, each of which selects. */
function someOf<Value extends z.ZodType<string>>(value: Value, description: string) {
  return z.array(value).min(1).max(MOST_VALUES).refine(areDifferent, TWICE).optional().meta({ description });
}

export const webhookFilters = z
  .strictObject({
    events: z
      .array(z.enum(WEBHOOK_EVENTS))
      .min(1)
      .max(WEBHOOK_EVENTS.length)
      .refine(areDifferent, TWICE)
      .meta({ description: 'The kinds of events.' }),
    corridors: someOf(corridor, 'Only events of one of these corridors, `{source}/{dest}`.'),
    assets: someOf(asset, 'Only events with one of these assets, as source or destination.'),
    anchors: someOf(
      anchor,
      'Only events with an asset, as source or destination, that one of these accounts has issued. Of `anchor.status_changed`: only events of the anchors with these ids, or with one of these accounts as issuer.',
    ),
    pools: someOf(poolId, 'Only events of the pools with these ids, 64 lower-case hex digits each.'),
    accounts: someOf(account, 'Only payments from or to one of these accounts.'),
    minimum_amount: decimalInput.optional().meta({
      description:
        'Only payments of as much, in units of the one asset of `assets`, or of the one destination asset of `corridors`. Of a failed payment counts what it was to deliver at least, or to send at most.',
      example: '1000.00',
    }),
  })
  .superRefine((filters, context) => {
    if (context.issues.length > 0) return;
    for (const { path, message } of contradictions(filters)) {
      context.addIssue({ code: 'custom', path: [path], message });
    }
  })
  .meta({
    id: 'WebhookFilters',
    description:
      'Which events a webhook gets: those of one of these kinds that fit every selector that is set. At most one of `corridors`, `assets`, `anchors` and `pools` can be set. A combination that no event can fit is refused.',
    example: {
      events: ['payment.created'],
      accounts: ['GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN'],
    },
  });

export type WebhookFilters = z.output<typeof webhookFilters>;

interface Contradiction {
  readonly path: string;
  readonly message: string;
}

/** Why no event, or too many keys, would fit. */
function contradictions(filters: WebhookFilters): Contradiction[] {
  return [
    ...unselectable(filters),
    ...unknownIssuers(filters),
    ...crowded(filters),
    ...unclearAmount(filters),
    ...tooMany(filters),
  ];
}

/** A selector that events of a kind do not have. */
function unselectable(filters: WebhookFilters): Contradiction[] {
  const set = SELECTORS.filter((selector) => filters[selector] !== undefined);
  return filters.events.flatMap((kind) =>
    set
      .filter((selector) => !selectorsOf(kind).includes(selector))
      .map((selector) => ({
        path: selector,
        message: `no ${kind} can be selected by ${selector}, so nothing would match; make a webhook of its own for ${kind}`,
      })),
  );
}

/** An event with assets has their issuers, and no anchor's id. */
function unknownIssuers({ events, anchors = [] }: WebhookFilters): Contradiction[] {
  const id = anchors.find(isAnchorId);
  const kind = events.find((each) => !each.startsWith('anchor.'));
  if (id === undefined || kind === undefined) return [];
  const message = `no ${kind} can be selected by an anchor's id, as ${id}: name the accounts of its issuers, or make a webhook of its own for ${kind}`;
  return [{ path: 'anchors', message }];
}

function selectorsOf(kind: EventKind): readonly Selector[] {
  return SELECTABLE[kind] ?? SELECTABLE[kind.replace(/\..*/, '')] ?? [];
}

function crowded({ corridors, assets, anchors, pools }: WebhookFilters): Contradiction[] {
  const set = Object.entries({ corridors, assets, anchors, pools }).filter(
    ([, values]) => values !== undefined,
  );
  if (set.length < 2) return [];
  const names = set.map(([name]) => name).join(' and ');
  return set
    .slice(1)
    .map(([path]) => ({ path, message: `found ${names}, expected one of them: each names assets already` }));
}

function unclearAmount({ corridors, assets, minimum_amount: amount }: WebhookFilters): Contradiction[] {
  if (amount === undefined) return [];
  const path = 'minimum_amount';
  const units = new Set(assets ?? corridors?.map((name) => name.split('/')[1]));
  if (units.size !== 1) {
    const message =
      'its unit is not clear: set one asset, or corridors with the same destination asset, beside it';
    return [{ path, message }];
  }
  const stroops = stroopsOf(amount);
  if (stroops > LARGEST_AMOUNT) {
    return [{ path, message: 'larger than any amount on the network, so nothing would match' }];
  }
  return stroops > 0n ? [] : [{ path, message: 'expected more than 0; leave it out to get every amount' }];
}

function tooMany(filters: WebhookFilters): Contradiction[] {
  const { length } = filterKeys(filters);
  if (length <= MOST_FILTER_KEYS) return [];
  const message = `found ${length} combinations of kinds, accounts and assets, expected ${MOST_FILTER_KEYS} at most; divide them among several webhooks`;
  return [{ path: 'events', message }];
}

function areDifferent(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

function isAnchorId(text: string): boolean {
  return text.includes('.');
}

function isAccount(text: string): boolean {
  return accountKey(text) !== null;
}

function hasIssuer(name: string): boolean {
  return name === 'native' || isAccount(name.slice(name.lastIndexOf(':') + 1));
}
