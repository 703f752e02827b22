import { connectDatabase, migrate, readSnapshot, type Database } from '@stellar-insights/db';
import { listCorridors, resolveWindow, syncCorridorBuckets } from '@stellar-insights/db/corridors';
import { commitPrepared, prepareLedgers, readCursor, readGapsBetween } from '@stellar-insights/db/ledgers';
import { ensurePartitions } from '@stellar-insights/db/partitions';
import { listPayments } from '@stellar-insights/db/payments';
import { generateHistory, type GeneratedHistory, type HistorySize } from '@stellar-insights/db/testing';
import type { PostgresServer } from '@stellar-insights/devstack';
import { ledgerEvents } from '@stellar-insights/wire';
import { cpuOf } from '../cpu-times.ts';
import { GeneratedLedgers, PAYMENTS } from '../ingest/generated-ledgers.ts';
import { timed } from '../measurement.ts';

/** `commit` in µs of CPU a payment, `sync` in ms of CPU, the others in ms. */
export type HistoryCosts = Readonly<Record<'commit' | 'account' | 'asOf' | 'corridors' | 'sync', number>>;

const DAY_MS = 86_400_000;
const NEW_LEDGERS = 60;

/** Generates a history of that size and measures what the product does with it. */
export async function historyCosts(server: PostgresServer, size: HistorySize): Promise<HistoryCosts> {
  const url = await server.createDatabase();
  await migrate(url);
  await using db = connectDatabase(url, { applicationName: 'bench', max: 2 });
  const history = await generateHistory(db, size);
  const range = { from: history.firstLedger, to: history.lastLedger };
  const account = () =>
    readSnapshot(db, (tx) =>
      listPayments(tx, { account: { account: history.busiestAccount }, range, limit: 50 }),
    );
  const asOf = () => readSnapshot(db, (tx) => readGapsBetween(tx, history.firstLedger, history.lastLedger));
  // The history leaves marks of its last ledgers.
  const marks = await cpuOf(db, async () => (await syncCorridorBuckets(db, { limit: 1000 })).buckets);
  return {
    account: (await timed(account)).medianMs,
    asOf: (await timed(asOf)).medianMs,
    corridors: (await timed(() => listPage(db))).medianMs,
    sync: marks.cpuMs,
    commit: await commitCost(db, history),
  };
}

/** The first page of all corridors over a day. */
async function listPage(db: Database): Promise<void> {
  await readSnapshot(db, async (tx) => {
    const window = await resolveWindow(tx, { windowMs: DAY_MS });
    if (window === null) throw new TypeError('found no ledger, expected a generated history');
    const order = { by: 'attempted', descending: true } as const;
    await listCorridors(tx, { window, includeSelf: false, order, limit: 51 });
  });
}

/** µs of CPU of Node and Postgres, for each payment of ledgers that follow the history. */
async function commitCost(db: Database, { lastLedger }: GeneratedHistory): Promise<number> {
  const ledgers = new GeneratedLedgers(lastLedger + 1).take(NEW_LEDGERS);
  const networkPassphrase = (await readCursor(db))?.networkPassphrase ?? '';
  // The generated ledgers are of another chain.
  await db.run(({ sql }) => sql`delete from ledger_cursor`);
  await ensurePartitions(db, lastLedger + NEW_LEDGERS);
  const { cpuMs } = await cpuOf(db, async () => {
    for (const facts of ledgers) {
      const prepared = await prepareLedgers(db, [{ facts, events: ledgerEvents(facts) }]);
      await commitPrepared(db, prepared, { networkPassphrase });
    }
  });
  return (cpuMs * 1000) / (NEW_LEDGERS * PAYMENTS);
}
