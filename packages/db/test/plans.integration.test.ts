import type { AccountId, LedgerFacts, LedgerSequence } from '@stellar-insights/ledger';
import { firstOf, simulatedLedgers } from '@stellar-insights/simnet/testing';
import { expect } from 'vitest';
import {
  beginAssetSync,
  readAnchorAssets,
  readPendingAssets,
  readPendingTrustlines,
} from '../src/assets/index.ts';
import {
  addCandidates,
  addIssuers,
  claimDomains,
  countIssuerCorridors,
  readAnchorState,
  readDueIssuers,
  readIssuedAssets,
  readIssuerProgress,
  readRevocations,
} from '../src/anchors/index.ts';
import {
  cancelBackfill,
  createBackfill,
  listBackfills,
  loadChunk,
  publishPart,
  readBackfillParts,
  recordBackfillError,
} from '../src/backfill/index.ts';
import { readChanges, STATE_WINDOW_MS } from '../src/corridor-states/index.ts';
import { expireTiers, resolveWindow, syncCorridorBuckets } from '../src/corridors/index.ts';
import { readLedgerFacts, readWholeLedgers } from '../src/facts/index.ts';
import { readDatabaseIdentity } from '../src/identity.ts';
import { readSnapshot, type Database } from '../src/index.ts';
import { readLease, releaseLease, renewLease, takeLease } from '../src/leases.ts';
import { readCursor, readGaps, readLedgerAge } from '../src/ledgers/index.ts';
import { readEvents, readHead } from '../src/log/index.ts';
import { listNamedAssets, listNamedPools, listNamedTrustlines, nameLedgers } from '../src/named/index.ts';
import { applyRetention, ensurePartitions } from '../src/partitions/index.ts';
import { readTaskStatus, recordTaskError, recordTaskProgress, recordTaskWait } from '../src/tasks.ts';
import { firstEventAt } from '../src/webhooks/index.ts';
import { PlanRecorder, SMALL_TABLES, type GeneratedHistory } from '../src/testing/index.ts';
import { commit } from './commit.ts';
import { test } from './generated-database.ts';

/** A row a task, and a row a partition; a few that the test itself has made. */
const ALLOWED = [
  ...SMALL_TABLES,
  'leases',
  'pg_class',
  'pg_inherits',
  'backfills',
  'backfill_parts',
  'backfill_chunks',
];

/** What the worker and the command line do, each with the pages of 8 kB that one of its statements may read. */
function works({
  firstLedger,
  lastLedger,
}: GeneratedHistory): Record<string, [number, (db: Database) => Promise<unknown>]> {
  const lease = { name: 'plans', holder: 'one', seconds: 60 };
  return {
    'the status': [
      50,
      (db) => Promise.all([readCursor(db), readLedgerAge(db), readGaps(db), readTaskStatus(db)]),
    ],
    'the identity': [50, readDatabaseIdentity],
    'a lease': [
      50,
      async (db) => {
        for (const step of [takeLease, renewLease, releaseLease]) await step(db, lease);
        await readLease(db, lease.name);
      },
    ],
    'reports of a task': [
      50,
      async (db) => {
        await recordTaskProgress(db, 'plans');
        await recordTaskError(db, 'plans', new Error('away'));
        await recordTaskWait(db, 'plans', { tip: null, waitingFor: null, recovered: true });
      },
    ],
    'the end of the event log': [
      200,
      async (db) => {
        const { epoch, lastId } = await readHead(db);
        await readEvents(db, { after: { epoch, id: lastId - 50n }, limit: 50 });
      },
    ],
    'the first event at a time': [1000, (db) => firstEventAt(db, new Date(Date.now() - 60_000))],
    'the facts of a ledger, to verify them': [
      200,
      (db) => readLedgerFacts(db, (lastLedger - 50_000) as LedgerSequence),
    ],
    'the facts of a range, to export them': [
      5000,
      async (db) => {
        const range = { from: lastLedger - 50_500, to: lastLedger - 50_001 };
        for await (const _ of readWholeLedgers(db, range, { signal: new AbortController().signal }));
      },
    ],
    'the commit of a ledger': [
      500,
      async (db) => commit(db, await nextLedger(db, lastLedger), 'Generated Network'),
    ],
    // 300 ledgers have as many payments. What they name is stored by its keys.
    'the names in ledgers': [
      6000,
      async (db) => {
        for (let step = 0; step < 3; step++) await nameLedgers(db, { limit: 300 });
      },
    ],
    'the lists of what is named': [
      2500,
      async (db) => {
        const since = (lastLedger - 99_900) as LedgerSequence;
        for (const list of [listNamedPools, listNamedAssets, listNamedTrustlines]) {
          for await (const _ of list(db, { pageSize: 100 }));
          for await (const _ of list(db, { since, pageSize: 100 }));
        }
      },
    ],
    'what was named since it was read': [
      3000,
      async (db) => {
        const begun = await beginAssetSync(db, 'rpc');
        const since = lastLedger - 99_900;
        const recent = {
          ...begun,
          progress: { ...begun.progress, assetsSince: since, trustlinesSince: since },
        };
        await readPendingAssets(db, recent, 100);
        await readPendingTrustlines(db, recent, 100);
        await readAnchorAssets(db, begun, 100);
      },
    ],
    // 40 ledgers with 700 names that the dictionary does not have.
    'the backfill of a partition and of a part of another': [3000, (db) => backfill(db, firstLedger)],
    'the sync of dirty buckets': [5000, (db) => syncCorridorBuckets(db, { limit: 3 })],
    'the maintenance of partitions': [500, (db) => ensurePartitions(db, lastLedger + 1)],
    'the retention of facts and events': [500, (db) => applyRetention(db, { retentionDays: 3 })],
    // A statement removes 20,000 rows at most, which it finds in an index of its own.
    'the retention of buckets and hours': [60_000, (db) => expireTiers(db, { bucketDays: 2, hourDays: 4 })],
  };
}

test('nothing that the worker does reads a table from end to end, or more of it than it needs', async ({
  history,
  url,
}) => {
  await using recorder = new PlanRecorder(url);
  for (const [work, [pages, run]] of Object.entries(works(history))) {
    for (const plan of await recorder.plansOf(run)) {
      const what = `${work}: ${plan.query}`;
      const isAllowed = (table: string) => ALLOWED.includes(table) || table.startsWith('staged_');
      const readWhole = plan.tablesReadWhole.filter((table) => !isAllowed(table));
      expect.soft(readWhole, what).toStrictEqual([]);
      expect.soft(plan.buffers, what).toBeLessThanOrEqual(pages);
    }
  }
});

test('a publisher reads the marks of the corridors that it looks at, and of no others', async ({
  db,
  history,
  url,
}) => {
  expect(history.lastLedger).toBeGreaterThan(0);
  await db.run(
    ({ sql }) => sql`
      insert into corridor_changes (source_asset, dest_asset)
      select source_asset, dest_asset
      from (select distinct source_asset, dest_asset from corridor_buckets) corridors, generate_series(1, 100)`,
  );
  await using recorder = new PlanRecorder(url);
  const plans = await recorder.plansOf((recorded) =>
    readSnapshot(recorded, async (tx) => {
      const window = await resolveWindow(tx, { windowMs: STATE_WINDOW_MS });
      if (window === null) throw new TypeError('found no window, expected that of the history');
      const { corridors, seen } = await readChanges(tx, { window, limit: 10 });
      expect(seen.marks).toHaveLength(corridors.length * 100);
    }),
  );
  for (const plan of plans) expect(plan.tablesReadWhole, plan.query).not.toContain('corridor_changes');
});

test('a sync of anchors reads what is due, each anchor, and the roll-ups of its windows', async ({
  db,
  history,
  url,
}) => {
  expect(history.lastLedger).toBeGreaterThan(0);
  const issuers = await db.run(
    ({ sql }) => sql<{ issuer: AccountId }[]>`
      select distinct split_part(asset, ':', 2) as issuer from assets where asset <> 'native' limit 50`,
  );
  const verified = issuers.map(({ issuer }) => issuer);
  await db.run(({ sql }) => {
    // Of 20,000 issuers 50 are due, and of 20,000 domains 50; each anchor has one issuer.
    const all = sql`generate_series(1, 20000) as place`;
    return sql`
      with issuers as (
        insert into anchor_accounts (account, home_domain, is_listed, read_at, ledger, next_at)
        select 'G' || place, 'd' || place % 5000 || '.example', false, now(), 1, now() + interval '1 day' from ${all}
        union all
        select issuer, 'd' || place || '.example', true, now(), 1, now()
        from unnest(${`{${verified.join(',')}}`}::text::text[]) with ordinality as each (issuer, place)
      ), domains as (
        insert into anchor_domains (domain, is_candidate, asked_at, next_at, file)
        select 'd' || place || '.example', place > 50, now(),
               case when place % 400 = 0 then now() else now() + interval '1 day' end, '{"issuers": [], "assets": []}'
        from ${all}
      ), anchors as (
        insert into anchors (id, domain, origin, created_at, status, reason, since, rate, issuers, assets)
        select 'd' || place || '.example', 'd' || place || '.example', 'discovered', now(), 'healthy', null, now(), 'healthy', 1, 1
        from generate_series(1, 50) as place
      )
      insert into anchor_issuers (anchor, issuer, domain, valid_from, valid_to)
      select 'd' || place % 50 + 1 || '.example', 'G' || place, 'd' || place || '.example', now(), now() from ${all}`;
  });
  await db.run(({ sql }) => sql`analyze anchor_accounts, anchor_domains, anchors, anchor_issuers`);
  const file = {
    organization: null,
    url: null,
    networkPassphrase: null,
    issuers: verified,
    assets: [],
    services: {},
  };
  const findings = {
    issuers: verified.map((issuer) => ({ issuer, homeDomain: 'd1.example', ledger: 2 })),
    files: [{ domain: 'd1.example', askedAt: 0, file, failure: null }],
  };
  await using recorder = new PlanRecorder(url);
  const plans = await recorder.plansOf(async (recorded) => {
    await readIssuerProgress(recorded);
    await addIssuers(recorded, [{ issuer: verified[0] as AccountId, lastLedger: 1 }], { knownTo: 1 });
    await readDueIssuers(recorded, { verified: 100, others: 100 });
    await addCandidates(recorded, findings.issuers, { intervalMs: 1000 });
    await claimDomains(recorded, { intervalMs: 1000, anchors: 100, candidates: 100 });
    await readSnapshot(recorded, async (tx) => {
      await readAnchorState(tx, findings);
      await readIssuedAssets(tx, verified);
      await readRevocations(tx, {
        after: history.lastLedger - 100,
        to: history.lastLedger,
        issuers: verified,
      });
      const { corridors } = await countIssuerCorridors(tx, { windowMs: STATE_WINDOW_MS, issuers: verified });
      expect(corridors.length).toBeGreaterThan(0);
    });
  });
  // A row an anchor each.
  const allowed = [...ALLOWED, 'anchors', 'anchor_counts', 'anchor_progress', 'state_syncs'];
  for (const plan of plans) {
    const readWhole = plan.tablesReadWhole.filter((table) => !allowed.includes(table));
    expect.soft(readWhole, plan.query).toStrictEqual([]);
    expect.soft(plan.buffers, plan.query).toBeLessThanOrEqual(6000);
  }
});

/** A simulated ledger that continues the generated chain. */
async function nextLedger(db: Database, lastLedger: number): Promise<LedgerFacts> {
  const cursor = await readCursor(db);
  if (cursor === null) throw new TypeError('found no cursor, expected that of the history');
  const options = { startLedger: lastLedger + 1, startTime: cursor.closedAt };
  const facts = firstOf(simulatedLedgers(1, options));
  return { ...facts, header: { ...facts.header, previousHash: cursor.hash } };
}

/** Half of it in a partition that is there, and far from the first ledger. */
async function backfill(db: Database, firstLedger: number): Promise<void> {
  await ensurePartitions(db, firstLedger - 20_000);
  const first = firstLedger - 20_020;
  const chain = simulatedLedgers(40, { startLedger: first });
  const { id } = (await createBackfill(db, { first, last: first + 39 })).backfill;
  await recordBackfillError(db, id, new Error('away'));
  for (const part of await readBackfillParts(db, id)) {
    for (const chunk of part.chunks) {
      const source = (from: number) => ReadableStream.from(chain.slice(from - first));
      await loadChunk(db, { backfill: id, ...chunk }, { source });
    }
    await publishPart(db, { backfill: id, first: part.first });
  }
  await listBackfills(db, { limit: 10 });
  await cancelBackfill(db, id);
}
