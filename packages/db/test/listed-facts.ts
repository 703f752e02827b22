import { operationAt, type OperationId } from '@stellar-insights/ledger';
import { expect } from 'vitest';
import type { PageOptions, Place } from '../src/history/index.ts';
import { readSnapshot, type Database } from '../src/index.ts';
import {
  listClaimableBalances,
  listClawbacks,
  listContractTransfers,
  listPoolOperations,
  listTrades,
  listTrustlineOperations,
} from '../src/operations/index.ts';
import {
  accountName,
  assetName,
  contractName,
  POPULAR_MEMO,
  transactionHash,
  type GeneratedHistory,
} from '../src/testing/index.ts';
import { listTransactions } from '../src/transactions/index.ts';
import type { Transaction } from '../src/transaction.ts';

/** A value of a filter, and what a row `f` must meet then, as SQL says it in the plainest way. */
interface Choice {
  readonly value: unknown;
  readonly holds: string;
}

export interface ListedTable {
  readonly table: string;
  readonly read: (tx: Transaction, filter: object, page: PageOptions) => Promise<ListedPage>;
  /** By the filter's name; from what very many rows meet to what none does. */
  readonly choices: Readonly<Record<string, readonly Choice[]>>;
  /** Of its key. */
  readonly position: string;
  readonly order: string;
}

/** A row by the id of its operation and its order. */
export interface ListedRow {
  readonly operationId: OperationId;
  readonly order?: number;
}

interface ListedPage {
  readonly rows: readonly ListedRow[];
  readonly next: Place | null;
}

/** The choices of a filter by accounts and assets. Their ids in the dictionary of a generated history are known. */
function choicesOf({ accounts, assets, busiestAsset }: GeneratedHistory) {
  // The busiest one, others, a rare and an idle one; the last is not in the dictionary.
  const accountIds = [1, 2, 40, accounts - 1, accounts, -1];
  const assetIds = [Number(/\d+/.exec(busiestAsset)?.[0]), 3, assets, -1];
  const ofAccounts = (...columns: string[]): Choice[] =>
    accountIds.map((id) => ({ value: accountName(id), holds: isAmong(id, columns) }));
  const ofAssets = (...columns: string[]): Choice[] =>
    assetIds.map((id) => ({ value: assetName(id), holds: isAmong(id, columns) }));
  const ofParties = (...columns: string[]): Choice[] => [
    ...ofAccounts(...columns).map(({ value, holds }) => ({ value: { account: value }, holds })),
    { value: { account: accountName(1), muxedId: 7n }, holds: 'false' },
  ];
  const ofAddresses = (...columns: string[]): Choice[] => [
    ...ofAccounts(...columns).map(({ value, holds }) => ({ value: { address: value }, holds })),
    ...assetIds.slice(0, 3).map((id) => ({
      value: { address: contractName(id) },
      holds: isAmong(accounts + id, columns),
    })),
  ];
  const ofContracts: Choice[] = assetIds.slice(0, 3).map((id) => ({
    value: contractName(id),
    holds: isAmong(accounts + id, ['contract']),
  }));
  return { ofAccounts, ofAssets, ofParties, ofAddresses, ofContracts };
}

function ofWords(letters: Readonly<Record<string, string>>): Choice[] {
  return Object.entries(letters).map(([value, letter]) => ({ value, holds: `type = '${letter}'` }));
}

function isAmong(id: number, columns: readonly string[]): string {
  return `${id} in (${columns.join(', ')})`;
}

function isCode(code: string, ...columns: string[]): string {
  return `(select id from codes where code = '${code}') in (${columns.join(', ')})`;
}

const hashes: Choice[] = [transactionHash(77_000), transactionHash(77_040), '00'.repeat(32)].map((value) => ({
  value,
  holds: `exists (select from transactions t
          where t.ledger = f.ledger and t.index = f.position >> 12 and '\\x${value}' in (t.hash, t.inner_hash))`,
}));

const outcome = {
  succeeded: [true, false].map((value) => ({ value, holds: `succeeded = ${value}` })),
  reason: ['INVOKE_HOST_FUNCTION_TRAPPED', 'PAYMENT_NO_TRUST', 'opNOBODY'].map((value) => ({
    value,
    holds: `not succeeded and ${isCode(value, 'failure_reason')}`,
  })),
};

const balances: Choice[] = [77_000, 77_001].map((n) => ({
  value: transactionHash(n),
  holds: `balance_id = sha256(int8send(${n}))`,
}));

type Facts = { readonly facts: readonly { readonly fact: ListedRow }[]; readonly next: Place | null };

const pageOf = ({ facts, next }: Facts): ListedPage => ({ rows: facts.map(({ fact }) => fact), next });

const OPERATION = { position: 'position', order: '0' };
const ORDERED = { position: 'position', order: '"order"' };

/** What the history has of a kind that is drawn. */
export interface Samples {
  /** As 64 hex digits. */
  readonly pool: string;
  /** To whom a contract transfer goes: the account's id, and the muxed id. */
  readonly receiver: { readonly id: number; readonly muxedId: bigint };
}

export async function readSamples(db: Database): Promise<Samples> {
  const [row] = await db.run(
    ({ sql }) => sql<{ pool: string; id: number; muxedId: string }[]>`
      select (select encode(pool, 'hex') from pool_operations order by ledger desc, position limit 1) as pool,
             to_address as id, to_address_muxed_id::text as "muxedId"
      from contract_transfers where to_address_muxed_id is not null order by ledger desc limit 1`,
  );
  if (row === undefined) throw new TypeError('found no contract transfer, expected some');
  return { pool: row.pool, receiver: { id: row.id, muxedId: BigInt(row.muxedId) } };
}

/** The lists of a generated history. */
export function listedTables(history: GeneratedHistory, { pool, receiver }: Samples): ListedTable[] {
  const { ofAccounts, ofAssets, ofParties, ofAddresses, ofContracts } = choicesOf(history);
  const muxed: Choice = {
    value: { address: accountName(receiver.id), muxedId: receiver.muxedId },
    holds: `to_address = ${receiver.id} and to_address_muxed_id = ${receiver.muxedId}`,
  };
  const pools: Choice[] = [pool, '00'.repeat(32)].map((value) => ({ value, holds: `pool = '\\x${value}'` }));
  return [
    {
      table: 'trades',
      ...ORDERED,
      read: async (tx, filter, page) => pageOf(await listTrades(tx, filter, page)),
      choices: {
        account: ofAccounts('buyer', 'seller'),
        buyer: ofAccounts('buyer'),
        seller: ofAccounts('seller'),
        asset: ofAssets('sold_asset', 'bought_asset'),
        soldAsset: ofAssets('sold_asset'),
        boughtAsset: ofAssets('bought_asset'),
        pool: pools,
        offerId: [77_036n, 77_044n, 77_052n].map((value) => ({ value, holds: `offer_id = ${value}` })),
        transactionHash: hashes,
      },
    },
    {
      table: 'claimable_balances',
      ...OPERATION,
      read: async (tx, filter, page) => pageOf(await listClaimableBalances(tx, filter, page)),
      choices: {
        account: ofParties('account'),
        claimant: [2, 40, history.accounts].map((id) => ({
          value: accountName(id),
          holds: `${id} = any(claimants)`,
        })),
        asset: ofAssets('asset'),
        balanceId: balances,
        type: ofWords({ create_claimable_balance: 'c', claim_claimable_balance: 'l' }),
        ...outcome,
        transactionHash: hashes,
      },
    },
    {
      table: 'clawbacks',
      ...OPERATION,
      read: async (tx, filter, page) => pageOf(await listClawbacks(tx, filter, page)),
      choices: {
        account: ofParties('account', 'from_account'),
        fromAccount: ofParties('from_account'),
        asset: ofAssets('asset'),
        balanceId: balances,
        type: ofWords({ clawback: 'c', clawback_claimable_balance: 'b' }),
        ...outcome,
        transactionHash: hashes,
      },
    },
    {
      table: 'contract_transfers',
      ...ORDERED,
      read: async (tx, filter, page) => pageOf(await listContractTransfers(tx, filter, page)),
      choices: {
        account: [...ofAddresses('from_address', 'to_address'), muxed],
        fromAccount: [...ofAddresses('from_address'), { ...muxed, holds: 'false' }],
        toAccount: [...ofAddresses('to_address'), muxed],
        contract: ofContracts,
        asset: ofAssets('asset'),
        type: ofWords({ transfer: 't', mint: 'm' }),
        ...outcome,
        transactionHash: hashes,
      },
    },
    {
      table: 'trustline_operations',
      ...OPERATION,
      read: async (tx, filter, page) => pageOf(await listTrustlineOperations(tx, filter, page)),
      choices: {
        account: ofParties('account', 'trustor'),
        asset: ofAssets('asset'),
        pool: pools,
        type: ofWords({ change_trust: 'c', set_trust_line_flags: 'f' }),
        ...outcome,
        transactionHash: hashes,
      },
    },
    {
      table: 'pool_operations',
      ...OPERATION,
      read: async (tx, filter, page) => pageOf(await listPoolOperations(tx, filter, page)),
      choices: {
        account: ofParties('account'),
        pool: pools,
        type: ofWords({ liquidity_pool_deposit: 'd', liquidity_pool_withdraw: 'w' }),
        ...outcome,
        transactionHash: hashes,
      },
    },
    {
      table: 'transactions',
      position: 'index << 12',
      order: '0',
      read: async (tx, filter, page) => {
        const { transactions, next } = await listTransactions(tx, filter, page);
        const rows = transactions.map(({ transaction: { ledger, index } }) => ({
          operationId: operationAt(ledger, index << 12),
        }));
        return { rows, next };
      },
      choices: {
        account: ofParties('source', 'fee_source'),
        memo: [POPULAR_MEMO, 'memo 70', 'nobody'].map((memo) => ({
          value: { value: memo },
          holds: `memo = '${memo}'`,
        })),
        succeeded: outcome.succeeded,
        result: ['txFAILED', 'txFEE_BUMP_INNER_SUCCESS', 'txNOBODY'].map((value) => ({
          value,
          holds: isCode(value, 'result', 'inner_result'),
        })),
      },
    },
  ];
}

/** Of all pages of a list. */
export async function rowsListed(
  db: Database,
  { read }: ListedTable,
  filter: object,
  options: PageOptions,
): Promise<ListedRow[]> {
  const rows: ListedRow[] = [];
  for (let beyond: Place | undefined = options.beyond; ;) {
    const page = await readSnapshot(db, (tx) => read(tx, filter, { ...options, beyond }));
    expect(page.rows.length).toBeLessThanOrEqual(options.limit);
    rows.push(...page.rows);
    if (page.next === null) return rows;
    beyond = page.next;
  }
}

/** As SQL says it in the plainest way. */
export async function rowsThatFit(
  db: Database,
  { table, position, order }: ListedTable,
  conditions: readonly string[],
  { range: { from, to, after = -1n as OperationId, before }, oldestFirst }: PageOptions,
): Promise<ListedRow[]> {
  const direction = oldestFirst === true ? 'asc' : 'desc';
  const bounds = [`ledger between ${from} and ${to}`, `id > ${after}`, `id < ${before ?? 2n ** 63n - 1n}`];
  const rows = await db.run(({ sql }) =>
    sql.unsafe<Required<ListedRow>[]>(`
      select id as "operationId", place as "order"
      from (select *, (ledger::int8 << 32) | (${position}) as id, ${order} as place from ${table}) f
      where ${[...bounds, ...conditions].map((condition) => `(${condition})`).join(' and ')}
      order by id ${direction}, place ${direction}`),
  );
  return [...rows];
}

export function nameOf({ operationId, order = 0 }: ListedRow): string {
  return `${operationId}-${order}`;
}
