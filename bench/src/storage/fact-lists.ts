import { readSnapshot, type Database } from '@stellar-insights/db';
import type { PageOptions } from '@stellar-insights/db/history';
import {
  listClaimableBalances,
  listClawbacks,
  listContractTransfers,
  listPoolOperations,
  listTrades,
  listTrustlineOperations,
} from '@stellar-insights/db/operations';
import {
  accountName,
  contractName,
  POPULAR_MEMO,
  transactionHash,
  type GeneratedHistory,
} from '@stellar-insights/db/testing';
import { listTransactions, readTransaction } from '@stellar-insights/db/transactions';
import { readKeptLedgers } from '@stellar-insights/db/ledgers';
import type { Hash, PoolId, ResultCode } from '@stellar-insights/ledger';
import { timed, type Measurement } from '../measurement.ts';

const PAGE = 50;
const LIMIT_MS = 50;

type Snapshot = Parameters<typeof listTrades>[0];
/** Resolves to the number of rows of a page. */
type Look = (tx: Snapshot, page: PageOptions) => Promise<number>;

/** A page of each list of facts but payments, found and not found by the filters that an index serves. */
export async function measureFactLists(db: Database, history: GeneratedHistory): Promise<Measurement[]> {
  const range = { from: history.firstLedger, to: history.lastLedger };
  const measurements: Measurement[] = [];
  for (const [what, look] of Object.entries(looksAt(history))) {
    const read = () => readSnapshot(db, (tx) => look(tx, { range, limit: PAGE }));
    const { firstMs, medianMs } = await timed(read);
    const note = `${await read()} rows; first call ${firstMs.toFixed(0)} ms`;
    measurements.push({ what, value: medianMs, unit: 'ms', limit: LIMIT_MS, note });
  }
  return measurements;
}

function looksAt(history: GeneratedHistory): Readonly<Record<string, Look>> {
  const { busiestAccount, idleAccount, busiestAsset, idleAsset, assets, payments } = history;
  const noHash = '0'.repeat(64);
  const [busiest, idle] = [{ account: busiestAccount }, { account: idleAccount }];
  const noCode = 'PAYMENT_NO_ISSUER' as ResultCode;
  return {
    ...each('trades', async (tx, page, filter) => (await listTrades(tx, filter, page)).facts.length, {
      'busiest account': { account: busiestAccount },
      'account of none': { account: idleAccount },
      'busiest asset': { asset: busiestAsset },
      'asset of none': { asset: idleAsset },
      'pool of none': { pool: noHash as PoolId },
    }),
    ...each(
      'claimable balances',
      async (tx, page, filter) => (await listClaimableBalances(tx, filter, page)).facts.length,
      {
        'busiest account': { account: busiest },
        'account of none': { account: idle },
        'asset of none': { asset: idleAsset },
        'balance of none': { balanceId: noHash as Hash },
      },
    ),
    ...each('clawbacks', async (tx, page, filter) => (await listClawbacks(tx, filter, page)).facts.length, {
      'busiest account': { account: busiest },
      'account of none': { account: idle },
    }),
    ...each(
      'contract transfers',
      async (tx, page, filter) => (await listContractTransfers(tx, filter, page)).facts.length,
      {
        'busiest address': { account: { address: busiestAccount } },
        'address of none': { account: { address: idleAccount } },
        'busiest asset': { asset: busiestAsset },
        'contract of none': { contract: contractName(assets) },
        'reason of none': { reason: noCode },
      },
    ),
    ...each(
      'trustline operations',
      async (tx, page, filter) => (await listTrustlineOperations(tx, filter, page)).facts.length,
      { 'busiest account': { account: busiest }, 'asset of none': { asset: idleAsset } },
    ),
    ...each(
      'pool operations',
      async (tx, page, filter) => (await listPoolOperations(tx, filter, page)).facts.length,
      { 'busiest account': { account: busiest }, 'pool of none': { pool: noHash as PoolId } },
    ),
    ...each(
      'transactions',
      async (tx, page, filter) => (await listTransactions(tx, filter, page)).transactions.length,
      {
        'busiest account': { account: busiest },
        'account of middle activity': { account: { account: accountName(1000) } },
        'account of none': { account: idle },
        'a popular memo': { memo: { value: POPULAR_MEMO } },
        'memo of none': { memo: { value: 'nobody' } },
      },
    ),
    'a transaction, with all that it did': (tx) => found(tx, transactionHash(Math.floor(payments / 3))),
    'a transaction that is not stored': (tx) => found(tx, noHash as Hash),
  };
}

function each<Filter extends object>(
  list: string,
  read: (tx: Snapshot, page: PageOptions, filter: Filter) => Promise<number>,
  filters: Readonly<Record<string, Filter>>,
): Record<string, Look> {
  const looks = Object.entries<Filter>({ newest: {} as Filter, ...filters }).map(([what, filter]) => {
    const look: Look = (tx, page) => read(tx, page, filter);
    return [`${list}: ${what}`, look] as const;
  });
  return Object.fromEntries(looks);
}

async function found(tx: Snapshot, hash: Hash): Promise<number> {
  const kept = await readKeptLedgers(tx);
  return kept !== null && (await readTransaction(tx, hash, { kept, limit: 200 })) !== null ? 1 : 0;
}
