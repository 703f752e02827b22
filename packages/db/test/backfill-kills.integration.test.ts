import { seed } from '@stellar-insights/devstack/vitest';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { NETWORK, Random } from '@stellar-insights/simnet/testing';
import { expect } from 'vitest';
import {
  createBackfill,
  loadChunk,
  publishPart,
  readBackfill,
  readBackfillParts,
  type BackfillPart,
} from '../src/backfill/index.ts';
import { syncCorridorBuckets } from '../src/corridors/index.ts';
import { TIERS } from '../src/corridors/tiers.ts';
import { readLedgerFacts } from '../src/facts/index.ts';
import { connectDatabase, readSnapshot, type Database, type Transaction } from '../src/index.ts';
import { readGapsBetween, readKeptLedgers } from '../src/ledgers/index.ts';
import { chainFrom, chainLedger, eventfulLedgers } from './backfilled-chain.ts';
import { commit } from './commit.ts';
import { test } from './migrated-database.ts';
import { expectedRows, storedRows } from './tier-rows.ts';

const { networkPassphrase } = NETWORK;
const isFull = Boolean(process.env['TEST_FULL']);
/** A whole partition, or two, and parts of the one before and of that of the tip. */
const [FIRST, TIP] = [isFull ? 19_995 : 39_995, 60_008];
const TIP_LEDGERS = 12;
const WORKERS = isFull ? 4 : 2;
const KILLS = isFull ? 100 : 20;
const NAME = 'killed';

test('a backfill stores each ledger once, whoever is killed, and readers see whole ledgers and all gaps', async ({
  db,
  url,
}) => {
  const random = new Random(`${seed()} kills`);
  const nextRandom = () => new Random(String(random.fraction()));
  await commit(db, chainLedger(TIP));
  const request = { first: FIRST, last: TIP - 1, networkPassphrase, chunkLedgers: 2500 };
  const { id } = (await createBackfill(db, request)).backfill;
  const ended = new AbortController();
  const others = [follow(db), read(db, nextRandom(), ended.signal), kill(db, nextRandom(), ended.signal)];
  const workers = Array.from({ length: WORKERS }, () => work(url, id, nextRandom()));
  await Promise.all([...workers, ...others.slice(0, 1)]).finally(() => ended.abort());
  await Promise.all(others);

  expect(await readBackfill(db, id)).toMatchObject({ state: 'done', visibleLedgers: TIP - FIRST });
  await readSnapshot(db, expectWhole);
  const ledgers = eventfulLedgers(FIRST, TIP + TIP_LEDGERS);
  for (const { header } of ledgers.filter(() => random.chance(0.2))) {
    expect(await readLedgerFacts(db, header.sequence)).toStrictEqual(chainLedger(header.sequence));
  }
  while ((await syncCorridorBuckets(db, { limit: 100 })).remaining);
  for (const { table, ms } of TIERS) {
    const rows = await db.run((executor) => storedRows(executor, table));
    expect(rows, table).toStrictEqual(expectedRows(ledgers, ms));
  }
});

/** As a worker does it, whose connections are killed, whose source fails, and who is stopped and started. */
async function work(url: string, id: string, random: Random): Promise<void> {
  for (;;) {
    await using db = connectDatabase(url, { applicationName: NAME, max: 2 });
    try {
      for (;;) {
        const parts = await readBackfillParts(db, id);
        const part = parts[random.integer(0, parts.length - 1)];
        if (part === undefined) return;
        await advance(db, part, random);
        if (random.chance(0.1)) break;
      }
    } catch (error) {
      // Somebody else was faster, a connection was lost, or the source has failed.
      const expected = {
        code: expect.stringMatching(/^(backfill_(fenced|busy|incomplete)|database_unavailable|fault|57P01)$/),
      };
      expect(error).toMatchObject(expected);
    }
  }
}

async function advance(
  db: Database,
  { backfill, first, chunks }: BackfillPart,
  random: Random,
): Promise<void> {
  const chunk = chunks[random.integer(0, Math.max(0, chunks.length - 1))];
  if (chunk === undefined) {
    await publishPart(db, { backfill, first });
    return;
  }
  const stop = new AbortController();
  const fails = random.chance(0.2) ? random.integer(chunk.first, chunk.last) : null;
  const source = (from: number) =>
    chainFrom(from, (sequence) => {
      if (sequence === fails) throw Object.assign(new Error('a source that fails'), { code: 'fault' });
      return chainLedger(sequence);
    });
  const onBatch = () => {
    if (random.chance(0.3)) stop.abort();
  };
  await loadChunk(db, { backfill, ...chunk }, { source, signal: stop.signal, onBatch });
}

async function follow(db: Database): Promise<void> {
  for (let sequence = TIP + 1; sequence <= TIP + TIP_LEDGERS; sequence++) {
    await commit(db, chainLedger(sequence));
  }
}

async function kill(db: Database, random: Random, signal: AbortSignal): Promise<void> {
  for (let kills = 0; kills < KILLS && !signal.aborted;) {
    const share = random.chance(0.1) ? 0.2 : 0;
    const killed = await db.run(
      ({ sql }) => sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = ${NAME} and datname = current_database() and state <> 'idle' and random() < ${share}`,
    );
    kills += killed.length;
  }
}

async function read(db: Database, random: Random, signal: AbortSignal): Promise<void> {
  const ledgers = eventfulLedgers(FIRST, TIP + TIP_LEDGERS);
  while (!signal.aborted) {
    const facts = ledgers[random.integer(0, ledgers.length - 1)] as LedgerFacts;
    await readSnapshot(db, async (tx) => {
      const isStored = await expectWhole(tx, facts.header.sequence);
      const [row] = await tx.sql<{ count: number }[]>`
        select count(*)::int4 as count from payments where ledger = ${facts.header.sequence}`;
      if (isStored) expect(row?.count).toBe(facts.payments.length);
    });
  }
}

/** Each ledger between the first and the last one is stored or in a gap. Returns whether one is stored. */
async function expectWhole(tx: Transaction, sequence = TIP): Promise<boolean> {
  const kept = await readKeptLedgers(tx);
  if (kept === null) throw new TypeError('found no ledger, expected the tip');
  const gaps = await readGapsBetween(tx, kept.first, kept.last);
  const missing = gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const [row] = await tx.sql<{ count: number; stored: boolean }[]>`
    select count(*)::int4 as count, coalesce(bool_or(sequence = ${sequence}), false) as stored from ledgers`;
  expect(row?.count).toBe(kept.last - kept.first + 1 - missing);
  return row?.stored === true;
}
