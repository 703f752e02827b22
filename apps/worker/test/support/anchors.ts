import type { AnchorCounts } from '@stellar-insights/analytics';
import { logEvent, type LogEventOf } from '@stellar-insights/contract';
import { connectDatabase, migrate, readSnapshot, type Database } from '@stellar-insights/db';
import { listAnchorIncidents, listAnchors } from '@stellar-insights/db/anchors';
import { commitLedger } from '@stellar-insights/db/ledgers';
import { readEvents, readHead } from '@stellar-insights/db/log';
import { test as onPostgres } from '@stellar-insights/devstack/vitest';
import { isPaymentAttempt, type AccountId, type LedgerFacts } from '@stellar-insights/ledger';
import { openNetworkState, type NetworkState } from '@stellar-insights/ledger/state';
import { systemClock } from '@stellar-insights/lifecycle';
import { OutboundClient, parseNetworks } from '@stellar-insights/outbound';
import { startSimnet, type Simnet } from '@stellar-insights/simnet';
import { ledgerEvents } from '@stellar-insights/wire';
import { expect } from 'vitest';
import { syncAnchors, type AnchorSync, type AnchorSyncOptions } from '../../src/anchors/sync-anchors.ts';
import { IndependentSteps } from '../../src/tasks/independent-steps.ts';
import { nameStoredLedgers } from '../../src/tasks/state-sync.ts';

/** By it no anchor is ever degraded. */
const RULE = { threshold: 0.8, minAttempts: 1_000_000 };
const NETWORK = 'Simulated Network';

/** The id of one of the anchors of the simulated network. */
export const USD = 'usd.anchor.example';

export const test = onPostgres
  .extend('db', async ({ database }, { onCleanup }) => {
    await database.empty();
    await migrate(database.url);
    const db = connectDatabase(database.url, { applicationName: 'test' });
    onCleanup(() => db[Symbol.asyncDispose]());
    return db;
  })
  .extend('stage', async ({ db }, { onCleanup }) => {
    const stage = await AnchorStage.start(db);
    onCleanup(() => stage[Symbol.asyncDispose]());
    return stage;
  });

export type StatusChange = LogEventOf<'anchor.status_changed'>['data'];

/** The events about anchors after an id. */
export async function readStatusChanges(db: Database, after = 0n): Promise<StatusChange[]> {
  const { epoch, lastId } = await readHead(db);
  const found: StatusChange[] = [];
  for (let id = after; id < lastId;) {
    const page = await readEvents(db, {
      after: { epoch, id },
      limit: 1000,
      scan: 10_000,
      channels: ['anchors'],
    });
    for (const { event, channels, data } of page.events) {
      const parsed = logEvent.parse({ event, channels, data: JSON.parse(data) as unknown });
      if (parsed.event === 'anchor.status_changed') found.push(parsed.data);
    }
    ({ id } = page.end);
  }
  return found;
}

/** A simulated network whose ledgers are stored as they close, and the sync of its anchors. */
export class AnchorStage implements AsyncDisposable {
  readonly db: Database;
  readonly simnet: Simnet;
  readonly ledgers: LedgerFacts[] = [];
  readonly client = new OutboundClient({ allowedNetworks: parseNetworks('127.0.0.0/8') });
  #seenTo = 0n;

  private constructor(db: Database, simnet: Simnet) {
    this.db = db;
    this.simnet = simnet;
  }

  static async start(db: Database): Promise<AnchorStage> {
    const simnet = await startSimnet({ seed: 'anchors', passphrase: NETWORK, history: 1 });
    return new AnchorStage(db, simnet);
  }

  get anchors() {
    return this.simnet.network.cast.anchors;
  }

  /** Closes and stores so many ledgers. */
  async close(count: number, change: (facts: LedgerFacts) => LedgerFacts = (facts) => facts): Promise<void> {
    for (let left = count; left > 0; left--) {
      const truth = change(this.simnet.closeLedger().truth);
      await commitLedger(this.db, truth, { networkPassphrase: NETWORK, events: ledgerEvents(truth) });
      this.ledgers.push(truth);
    }
  }

  networkState(source: 'rpc' | 'horizon'): NetworkState {
    const { rpc, horizon } = this.simnet.urls;
    const retry = { attempts: 2, baseMs: 1, capMs: 1, retryAfterCapMs: 1 };
    const options = { expectedNetwork: () => Promise.resolve(NETWORK), retry };
    return openNetworkState(source === 'rpc' ? { rpc } : { horizon }, options);
  }

  /** As a job of anchor-sync does it. Rejects as the job does. */
  async sync(changes: Partial<AnchorSyncOptions> = {}): Promise<AnchorSync> {
    const { stopping = new AbortController().signal } = changes;
    const steps = new IndependentSteps(stopping);
    await nameStoredLedgers(this.db, stopping);
    const result = await syncAnchors({
      db: this.db,
      network: this.networkState('rpc'),
      client: this.client,
      baseUrl: this.simnet.urls.anchors,
      rule: RULE,
      // Everything is due again at once.
      intervalMs: 1,
      clock: systemClock,
      stopping,
      steps,
      beforeEvents: () => Promise.resolve(),
      ...changes,
    });
    steps.end({ occurred: () => undefined, over: () => undefined });
    return result;
  }

  /** The events about anchors since the last call. */
  async events(): Promise<StatusChange[]> {
    const { lastId } = await readHead(this.db);
    const found = await readStatusChanges(this.db, this.#seenTo);
    this.#seenTo = lastId;
    return found;
  }

  /** The attempts of all stored ledgers that closed from that time on, in corridors with an asset of the issuer. */
  countTruth(issuer: AccountId, from: number): AnchorCounts {
    const failures = { sender: 0, receiver: 0, issuer: 0, market: 0, network: 0, unknown: 0 };
    let [attempts, successes] = [0, 0];
    for (const { header, payments } of this.ledgers) {
      if (header.closedAt < from) continue;
      for (const { type, isSelfPayment, sourceAsset, destAsset, failure } of payments) {
        const isOwn = [sourceAsset, destAsset].some((asset) => asset.endsWith(`:${issuer}`));
        if (!isOwn || isSelfPayment || !isPaymentAttempt(type)) continue;
        attempts += 1;
        if (failure === null) successes += 1;
        else failures[failure.blame] += 1;
      }
    }
    return { attempts, successes, failures };
  }

  /** The most frequent reason of their failures. */
  failureTruth(issuer: AccountId, from: number): { reason: string; blame: string } | undefined {
    const counts = new Map<string, number>();
    for (const { sourceAsset, destAsset, failure, isSelfPayment, type } of this.ledgers
      .filter(({ header }) => header.closedAt >= from)
      .flatMap(({ payments }) => payments)) {
      const isOwn = [sourceAsset, destAsset].some((asset) => asset.endsWith(`:${issuer}`));
      if (!isOwn || failure === null || isSelfPayment || !isPaymentAttempt(type)) continue;
      const key = `${failure.reason} ${failure.blame}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const most = Math.max(...counts.values());
    const [first] = [...counts.keys()].filter((key) => counts.get(key) === most).toSorted();
    const [reason, blame] = first?.split(' ') ?? [];
    return reason === undefined || blame === undefined ? undefined : { reason, blame };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
    await this.simnet[Symbol.asyncDispose]();
  }
}

/** All that are listed, by id. */
export async function anchors(db: Database) {
  const options = { window: '24h', by: 'id', descending: false, limit: 100 } as const;
  return await readSnapshot(db, (tx) => listAnchors(tx, options));
}

export async function anchorOf(db: Database, id: string) {
  const anchor = (await anchors(db)).find((each) => each.id === id);
  if (anchor === undefined) throw new RangeError(`found no anchor ${id}`);
  return anchor;
}

/** Newest first. */
export async function incidents(db: Database, id: string) {
  return await db.run((executor) => listAnchorIncidents(executor, { id, limit: 200 }));
}

/** Where the anchors are whose assets the stored ledgers name, in order. */
export async function domainsOf({ db, anchors: cast }: AnchorStage): Promise<string[]> {
  const named = await db.run(
    ({ sql }) => sql<{ asset: string }[]>`select a.asset from named_assets n join assets a on a.id = n.asset`,
  );
  const assets = new Set(named.map(({ asset }) => asset));
  const domains = cast.filter(({ asset }) => assets.has(asset.id)).map(({ homeDomain }) => homeDomain);
  expect(domains.length).toBeGreaterThan(2);
  return domains.toSorted();
}
