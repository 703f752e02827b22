import { addressKey, type AccountId, type AssetId } from '@stellar-insights/ledger';
import type { Database } from '../database.ts';
import { appendEvents } from '../log/append-events.ts';
import { ensurePartitions } from '../partitions/index.ts';
import { arrayLiteral } from '../sql.ts';
import { transaction, type Transaction } from '../transaction.ts';
import { accountName, assetName, CODES, contractName, GENERATED_NETWORK } from './generated-names.ts';
import { FIRST_CLOSE, FIRST_LEDGER, insertions, sourceAssetOf } from './generated-rows.ts';
import { DAY_LEDGERS, horizonUpdate, tierInsertions } from './generated-tiers.ts';
import type { HistorySize } from './history-size.ts';

const RECENT_LEDGERS = 100;

/** What a generated history holds, for those who ask about it. */
export interface GeneratedHistory extends HistorySize {
  readonly firstLedger: number;
  readonly lastLedger: number;
  /** Close time of the first ledger, in unix milliseconds. */
  readonly firstClose: number;
  /** Sends a quarter of all payments. */
  readonly busiestAccount: AccountId;
  /** In few payments, if in any. */
  readonly rareAccount: AccountId;
  /** In the dictionary, but in no payment. */
  readonly idleAccount: AccountId;
  /** Of the busiest corridor. */
  readonly busiestAsset: AssetId;
  readonly idleAsset: AssetId;
}

/** Fills an empty, migrated database. `onLedgers` is called with the number of ledgers that are done. */
export async function generateHistory(
  db: Database,
  size: HistorySize,
  onLedgers: (count: number) => void = () => undefined,
): Promise<GeneratedHistory> {
  await insertNames(db, size);
  const end = FIRST_LEDGER + size.ledgers;
  for (let from = FIRST_LEDGER; from < end; from += DAY_LEDGERS) {
    const to = Math.min(from + DAY_LEDGERS, end);
    for (const ledger of [from, to - 1]) await ensurePartitions(db, ledger);
    await runAll(db, [...insertions(size, from, to), ...tierInsertions(size, from, to)]);
    onLedgers(to - FIRST_LEDGER);
  }
  await transaction(db, (tx) => insertEnd(tx, size, end - 1));
  await gatherStatistics(db);
  return {
    ...size,
    firstLedger: FIRST_LEDGER,
    firstClose: FIRST_CLOSE,
    lastLedger: end - 1,
    busiestAccount: accountName(1),
    rareAccount: accountName(size.accounts - 1),
    idleAccount: accountName(size.accounts),
    busiestAsset: assetName(sourceAssetOf(size, 1)),
    idleAsset: assetName(size.assets),
  };
}

async function insertNames(db: Database, { accounts, assets }: HistorySize): Promise<void> {
  const names = Array.from({ length: assets }, (_, place) => assetName(place + 1));
  const contracts = names.map((_, place) => `\\x${addressKey(contractName(place + 1))?.toString('hex')}`);
  const statements = [
    `insert into accounts (key) select sha256(int4send(id)) from generate_series(1, ${accounts}) id order by id`,
    `insert into accounts (key) select key from unnest('${arrayLiteral(contracts)}'::bytea[]) key`,
    `insert into assets (asset) select asset from unnest('${arrayLiteral(names)}'::text[]) asset`,
    `insert into codes (code) select code from unnest('${arrayLiteral(CODES)}'::text[]) code`,
  ];
  await runAll(db, statements);
}

async function runAll(db: Database, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await db.run(({ sql }) => sql.unsafe(statement));
}

/** The cursor, and of the last ledgers events and marks: as if the buckets had not been computed since. */
async function insertEnd(tx: Transaction, size: HistorySize, last: number): Promise<void> {
  await tx.sql.unsafe(horizonUpdate(size));
  await tx.sql`
    insert into ledger_cursor (network_passphrase, sequence, hash, closed_at)
    select ${GENERATED_NETWORK}, sequence, hash, closed_at from ledgers where sequence = ${last}`;
  await tx.sql`
    insert into dirty_corridor_buckets (bucket_start, source_asset, dest_asset, ledger)
    select distinct date_bin('5 minutes', closed_at, 'epoch'), source_asset, dest_asset, ledger
    from payments join ledgers on sequence = ledger where ledger > ${last - RECENT_LEDGERS}`;
  for (let ledger = last - RECENT_LEDGERS + 1; ledger <= last; ledger++) {
    await appendEvents(tx, [{ event: 'ledger.closed', channels: ['all', 'ledgers'], data: { ledger } }]);
  }
}

/** As autovacuum does: of tables and partitions, but not of partitioned tables. */
async function gatherStatistics(db: Database): Promise<void> {
  const tables = await db.run(
    ({ sql }) => sql<{ name: string }[]>`
      select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
  );
  for (const { name } of tables) await db.run(({ sql }) => sql`vacuum (analyze) ${sql(name)}`);
}
