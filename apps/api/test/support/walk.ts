import { randomUUID } from 'node:crypto';
import {
  formatBackfillId,
  type CorridorList,
  type Payment,
  type PaymentList,
} from '@stellar-insights/contract';
import { formatReplayId, formatWebhookId } from '@stellar-insights/contract/webhooks';
import type { Database } from '@stellar-insights/db';
import { registerAnchor } from '@stellar-insights/db/anchors';
import { createBackfill } from '@stellar-insights/db/backfill';
import { cancelReplay, createReplay, createWebhook } from '@stellar-insights/db/webhooks';
import { PRESENT } from '@stellar-insights/simnet/testing';
import { ask, type Api } from './ask.ts';
import { logCursor } from './log-cursor.ts';
import { authorization, issueKey } from './keys.ts';
import { declaredRoutes, expectDeclaredAnswer, type Parameter, type Route } from './open-api.ts';
import { test as onStage } from './stage.ts';
import { storeWalkedAnchors, WALKED_ANCHOR } from './stored-anchors.ts';
import { storedState } from './stored-state.ts';
import { storedSimulation } from './stored-simulation.ts';

/** They need a socket, and have tests of their own. */
export const STREAMS = ['/api/v1/events/stream', '/ws'];

/** Values by the names of parameters. */
export type Values = Readonly<Record<string, string>>;

const NOBODY = `G${'A'.repeat(55)}`;

/** Of the right form, but nothing has these ids. */
export const UNKNOWN: Values = {
  source: 'native',
  dest: 'native',
  sequence: '7',
  op_id: '7',
  tx_hash: '0'.repeat(64),
  pool_id: '0'.repeat(64),
  asset: `X:${NOBODY}`,
  anchor_id: 'nobody.example',
  key_id: `key_${'0'.repeat(26)}`,
  id: `wh_${'0'.repeat(32)}`,
  replay_id: `rp_${'0'.repeat(32)}`,
  backfill_id: `bf_${'0'.repeat(32)}`,
};

/** The simulated network began on this day; a range of corridors is not longer than 90 days. */
const FIRST_DAY = { from: '2026-01-01', to: '2026-01-02' };

/** What a parameter of a route accepts that has another meaning elsewhere, by the name of the operation. */
const OWN: Readonly<Record<string, Values>> = {
  listCorridors: FIRST_DAY,
  getCorridor: FIRST_DAY,
  getCorridorHistory: FIRST_DAY,
  getCorridorFailures: FIRST_DAY,
  listPools: { sort: 'id' },
  rankPools: { by: 'apr', window: '7d' },
  listAssets: { sort: 'asset' },
  rankTrustlines: { by: 'change_7d' },
  listAnchors: { sort: '-failed', window: '7d' },
  listTrades: { account: NOBODY },
  listClaimableBalances: { type: 'claim_claimable_balance' },
  listClawbacks: { type: 'clawback' },
  listContractTransfers: { type: 'mint' },
  listTrustlineOperations: { type: 'allow_trust' },
  listPoolOperations: { type: 'liquidity_pool_deposit' },
};

/** Before the first ledger of simulated networks. */
const BACKFILL = { from: 69_900, to: 69_999 };

/** A body for each route that takes one, by the name of its operation. */
export const BODIES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  createKey: { owner: 'acme', name: 'walk', scopes: ['read'], expires_in_seconds: 3600 },
  rotateKey: { overlap_seconds: 60 },
  createWebhook: { url: 'https://example.com/hook', filters: { events: ['payment.created'] } },
  changeWebhook: { concurrency: 5, description: 'walk' },
  resumeWebhook: { from: 'stop' },
  rotateWebhookSecret: { overlap_seconds: 60 },
  replayWebhook: { from_time: '2000-01-01T00:00:00.000Z' },
  rotateWebhookKeys: { overlap_seconds: 60 },
  registerAnchor: { domain: 'walk.example' },
  createBackfill: BACKFILL,
};

/** They end what other routes need. */
const ENDING = ['deleteWebhook', 'revokeKey', 'removeAnchor'];

/** In an order in which each can succeed. */
export function inOrder(routes: readonly Route[]): Route[] {
  return routes.toSorted((a, b) => ENDING.indexOf(a.name) - ENDING.indexOf(b.name));
}

/** A webhook and a replay of it that has ended. */
export async function storedWebhook(
  db: Database,
): Promise<{ readonly id: string; readonly replay_id: string }> {
  const [id, replayId] = [randomUUID(), randomUUID()];
  const webhook = {
    id,
    owner: 'acme',
    url: 'https://example.com/',
    description: null,
    filters: { events: ['payment.created'] },
    filterKeys: [],
    ordering: 'none',
    signature: 'hmac',
    concurrency: 1,
    ratePerSecond: null,
  } as const;
  const secret = { id: randomUUID(), sealed: new Uint8Array(32) };
  await createWebhook(db, { webhook, secret, limit: 100 });
  const place = { id, scope: null };
  await createReplay(db, place, { id: replayId, firstId: 1n, lastId: 1n });
  await cancelReplay(db, { ...place, replayId });
  return { id: formatWebhookId(id), replay_id: formatReplayId(replayId) };
}

/** A backfill that runs, of a database that has ledgers. */
export async function storedBackfill(db: Database): Promise<string> {
  const { backfill } = await createBackfill(db, { first: BACKFILL.from, last: BACKFILL.to });
  return formatBackfillId(backfill.id);
}

function parametersInPath({ path }: Route): number {
  return path.split('{').length - 1;
}

/** Finds the route that a request of a method to a path is for; undefined if there is none. */
function routeFinder(routes: readonly Route[]) {
  const patterns = routes.map((route) => {
    const path = route.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+');
    return { route, pattern: new RegExp(`^${route.method} ${path}$`) };
  });
  // A path that is spelled out comes before one with a parameter.
  const inOrderOfPaths = patterns.toSorted((a, b) => parametersInPath(a.route) - parametersInPath(b.route));
  return (method: string, path: string): Route | undefined =>
    inOrderOfPaths.find(({ pattern }) => pattern.test(`${method.replace('HEAD', 'GET')} ${path}`))?.route;
}

/**
 * `keyed`: the API, called with a key that may do everything, unless a request brings its own; each of its answers has to be as
 * the OpenAPI document declares it. `named`: what the paths of writes
 * name. `known`: for each parameter of a route a value that the database has. `routes`: those that are read with GET, as the
 * OpenAPI document declares them; `writes`: the others.
 */
export const test = onStage
  .extend('administrator', { scope: 'file' }, async ({ db }) => await issueKey(db, ['admin']))
  .extend('declared', { scope: 'file' }, async ({ api }) => {
    const routes = await declaredRoutes(api);
    return routes.filter(({ path }) => !STREAMS.includes(path));
  })
  .extend('keyed', { scope: 'file' }, ({ api, administrator, declared }): Api => {
    const { Authorization } = authorization(administrator.text);
    const routeOf = routeFinder(declared);
    const request: Api['request'] = async (input, init = {}) => {
      const headers = new Headers(init.headers);
      if (!headers.has('Authorization')) headers.set('Authorization', Authorization);
      const answer = await api.request(input, { ...init, headers });
      const path = (typeof input === 'string' ? input : '').replace(/\?.*/s, '');
      const route = routeOf(init.method ?? 'GET', path);
      if (route !== undefined) expectDeclaredAnswer(route, answer);
      return answer;
    };
    return Object.assign(Object.create(api) as Api, { request });
  })
  .extend('simulation', { scope: 'file' }, async ({ db }) => {
    // Of the latest protocol, which has all that lists can have.
    const simulation = storedSimulation(db, { eras: PRESENT });
    await simulation.close(40);
    return simulation;
  })
  .extend('named', { scope: 'file' }, async ({ db, simulation: _ }) => ({
    key_id: (await issueKey(db, ['read'])).key.id,
    anchor_id: (await registerAnchor(db, WALKED_ANCHOR)).anchor.id,
    owner: 'acme',
    ...(await storedWebhook(db)),
    backfill_id: await storedBackfill(db),
  }))
  .extend('known', { scope: 'file' }, async ({ api, db, simulation, named }) => {
    const { data: corridors } = await ask<CorridorList>(api, '/api/v1/corridors');
    const { data: payments } = await ask<PaymentList>(api, '/api/v1/payments', { limit: '200' });
    const corridor = corridors.find(({ source_asset: source, dest_asset: dest }) => source !== dest);
    const failed = payments.find(({ failure }) => failure !== null);
    const issued = [corridor?.source_asset, corridor?.dest_asset].find((asset) => asset?.includes(':'));
    if (corridor === undefined || failed === undefined || issued === undefined)
      throw new RangeError('too little has happened');
    await storeWalkedAnchors(db);
    return {
      source: corridor.source_asset,
      dest: corridor.dest_asset,
      sequence: `${simulation.last.header.sequence}`,
      op_id: failed.op_id,
      source_asset: corridor.source_asset,
      dest_asset: corridor.dest_asset,
      account: failed.source,
      ...(await storedState(db, issued)),
      status: 'healthy',
      origin: 'registered',
      kind: 'degraded',
      open: 'true',
      from: '2000-01-01',
      to: '2100-01-01T00:00:00Z',
      code: 'AAA',
      issuer: issued.slice(issued.lastIndexOf(':') + 1),
      by: 'tvl',
      tx_hash: failed.tx_hash,
      ...(await historyValues(api, failed)),
      result: failed.failure?.reason ?? '',
      operation: 'payment',
      ...named,
      state: 'failed',
      outcome: 'delivered',
      window: '2h',
      interval: '15m',
      min_attempts: '2',
      offer_id: '7',
      balance_id: '0'.repeat(72),
      claimant: NOBODY,
      contract: `C${'A'.repeat(55)}`,
      sold_asset: 'native',
      bought_asset: issued.replace(':', '-'),
      include_self: 'true',
      sort: '-failed',
      limit: '3',
      format: 'json',
      channel: 'payments',
      after: (await logCursor(db)).replace(/[0-9]+$/, '0'),
    };
  })
  .extend('routes', { scope: 'file' }, ({ declared }) => declared.filter(({ method }) => method === 'GET'))
  .extend('writes', { scope: 'file' }, ({ declared }) => declared.filter(({ method }) => method !== 'GET'));

/** What lists of operations accept beside each other. */
async function historyValues(api: Api, { ledger, source, destination, type }: Payment): Promise<Values> {
  const { data } = await ask<PaymentList>(api, '/api/v1/payments', { order: 'asc', limit: '1' });
  return {
    order: 'asc',
    after_id: data[0]?.op_id ?? '',
    before_id: '9223372036854775807',
    from_ledger: '1',
    to_ledger: '4294967295',
    ledger: `${ledger}`,
    from_account: source,
    to_account: destination,
    type,
    min_amount: '0.5',
    memo: '7',
    memo_type: 'id',
    memo_hex: '37',
    memo_base64: 'Nw==',
  };
}

export function pathOf({ path }: Route, values: Values): string {
  return path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(values[name] ?? ''));
}

export function urlOf(route: Route, path: Values, query: Values = {}): string {
  const search = new URLSearchParams(query).toString();
  return `${pathOf(route, path)}${search === '' ? '' : `?${search}`}`;
}

/** Whether the parameter accepts other values than those that have its name elsewhere. */
export function hasOwnMeaning({ name: route }: Route, { name }: Parameter): boolean {
  return OWN[route]?.[name] !== undefined;
}

/** Whether a parameter excludes others of its route. */
function isAlone({ parameters }: Route, name: string): boolean {
  if (name === 'window') return parameters.some((other) => other.name === 'from');
  return ['ledger', 'memo_hex', 'memo_base64', 'pool_id', 'offer_id', 'balance_id'].includes(name);
}
/** What a parameter needs beside it. */
const BESIDE: Values = { memo_type: 'memo' };

/** Queries that a route accepts: without parameters, with each of them, and with all that go together. */
export function queriesOf(route: Route, values: Values): Values[] {
  const all = Object.entries(queryOf(route, values));
  const each = all.map(([name, value]) => {
    const beside = BESIDE[name];
    return { ...(beside !== undefined && { [beside]: values[beside] ?? '' }), [name]: value };
  });
  return [{}, ...each, Object.fromEntries(all.filter(([name]) => !isAlone(route, name)))];
}

export function queryOf({ name: route, parameters }: Route, values: Values): Values {
  const all = { ...values, ...OWN[route] };
  const own = parameters.filter((parameter) => parameter.in === 'query' && parameter.name in values);
  return Object.fromEntries(own.map(({ name }) => [name, all[name] ?? '']));
}
