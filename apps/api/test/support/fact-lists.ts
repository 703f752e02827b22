import type {
  ClaimableBalanceOperation,
  Clawback,
  ClawbackList,
  ContractTransfer,
  Payment,
  PoolOperation,
  Trade,
  Transaction,
  TransactionDetail,
  TrustlineOperation,
} from '@stellar-insights/contract';
import type { Database } from '@stellar-insights/db';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { muxedName, type Random } from '@stellar-insights/simnet/testing';
import { expect } from 'vitest';
import { ask, type Api } from './ask.ts';
import {
  expectedClaimableBalance,
  expectedClawback,
  expectedContractTransfer,
  expectedPoolOperation,
  expectedTrade,
  expectedTransaction,
  expectedTrustlineOperation,
  truthsOf,
} from './expected-facts.ts';
import { expectedPayment } from './payment-truths.ts';
import type { Filters, ListTruth, Row } from './list-truth.ts';

/* What each list of facts should have, and how its filters select. */

/** The names by which an account is found: its own, and with its muxed id. */
const party = (account: string | null, muxedId: string | null = null) => [
  account,
  account === null || muxedId === null ? null : muxedName(account, BigInt(muxedId)),
];

const sender = ({ account, account_muxed_id: id }: { account: string; account_muxed_id: string | null }) =>
  party(account, id);
const type = (row: { readonly type: string }) => [row.type];
const transaction = (row: { readonly tx_hash: string; readonly inner_hash: string | null }) => [
  row.inner_hash,
  row.tx_hash,
];
const result = ({ succeeded, failure }: Pick<Payment, 'succeeded' | 'failure'>) => [
  failure?.reason,
  succeeded ? 'succeeded' : 'failed',
];

const TRADE: Filters<Trade> = {
  account: ({ buyer, maker }) => [maker.type === 'offer' ? maker.seller : null, buyer],
  asset: ({ sold_asset: sold, bought_asset: bought }) => [sold, bought],
  sold_asset: ({ sold_asset: sold }) => [sold],
  bought_asset: ({ bought_asset: bought }) => [bought],
  pool_id: ({ maker }) => [maker.type === 'pool' ? maker.pool_id : null],
  offer_id: ({ maker }) => [maker.type === 'offer' ? maker.offer_id : null],
  op_id: ({ op_id: id }) => [id],
  tx_hash: transaction,
};

const CLAIMABLE_BALANCE: Filters<ClaimableBalanceOperation> = {
  account: sender,
  claimant: ({ claimants }) => claimants,
  asset: ({ asset }) => [asset],
  balance_id: ({ balance_id: id }) => [id],
  type,
  result,
  tx_hash: transaction,
};

const CLAWBACK: Filters<Clawback> = {
  account: (row) => [...party(row.from, row.from_muxed_id), ...sender(row)],
  from_account: (row) => party(row.from, row.from_muxed_id),
  asset: ({ asset }) => [asset],
  balance_id: ({ balance_id: id }) => [id],
  type,
  result,
  tx_hash: transaction,
};

const CONTRACT_TRANSFER: Filters<ContractTransfer> = {
  account: ({ from, to, to_muxed_id: id }) => [from, ...party(to, id)],
  from_account: ({ from }) => [from],
  to_account: ({ to, to_muxed_id: id }) => party(to, id),
  asset: ({ asset }) => [asset],
  contract: ({ contract }) => [contract],
  type,
  result,
  op_id: ({ op_id: id }) => [id],
  tx_hash: transaction,
};

const TRUSTLINE_OPERATION: Filters<TrustlineOperation> = {
  account: (row) => [row.trustor, ...sender(row)],
  asset: ({ asset }) => [asset],
  pool_id: ({ pool_id: pool }) => [pool],
  type,
  result,
  tx_hash: transaction,
};

const POOL_OPERATION: Filters<PoolOperation> = {
  account: sender,
  pool_id: ({ pool_id: pool }) => [pool],
  type,
  result,
  tx_hash: transaction,
};

const TRANSACTION: Filters<Transaction> = {
  account: (row) => [
    ...party(row.fee_source, row.fee_source_muxed_id),
    ...party(row.source, row.source_muxed_id),
  ],
  result: ({ succeeded, result: outer, inner_result: inner }) => [
    inner,
    outer,
    succeeded ? 'succeeded' : 'failed',
  ],
  memo: ({ memo }) => {
    if (memo.type === 'text') return [memo.text.includes('\uFFFD') ? null : memo.text];
    return memo.type === 'none' ? [] : ['id' in memo ? memo.id : memo.hash];
  },
};

/** By the paths of the lists. */
export const FACT_LISTS: Readonly<Record<string, (ledgers: readonly LedgerFacts[]) => ListTruth>> = {
  '/api/v1/trades': (ledgers) => truth(truthsOf(ledgers, ({ trades }) => trades).map(expectedTrade), TRADE),
  '/api/v1/claimable-balances': (ledgers) =>
    truth(
      truthsOf(ledgers, ({ claimableBalances }) => claimableBalances).map(expectedClaimableBalance),
      CLAIMABLE_BALANCE,
    ),
  '/api/v1/clawbacks': (ledgers) =>
    truth(truthsOf(ledgers, ({ clawbacks }) => clawbacks).map(expectedClawback), CLAWBACK),
  '/api/v1/contract-transfers': (ledgers) =>
    truth(
      truthsOf(ledgers, ({ contractTransfers }) => contractTransfers).map(expectedContractTransfer),
      CONTRACT_TRANSFER,
    ),
  '/api/v1/trustline-operations': (ledgers) =>
    truth(
      truthsOf(ledgers, ({ trustlineOperations }) => trustlineOperations).map(expectedTrustlineOperation),
      TRUSTLINE_OPERATION,
    ),
  '/api/v1/pool-operations': (ledgers) =>
    truth(
      truthsOf(ledgers, ({ poolOperations }) => poolOperations).map(expectedPoolOperation),
      POOL_OPERATION,
    ),
  '/api/v1/transactions': (ledgers) => truth(expectedTransactions(ledgers), TRANSACTION),
};

function expectedTransactions(ledgers: readonly LedgerFacts[]): Transaction[] {
  return ledgers.flatMap(({ header, transactions }) =>
    transactions.map((each) => expectedTransaction(header, each)),
  );
}

function truth<Listed extends Row>(rows: readonly Listed[], filters: Filters<Listed>): ListTruth {
  return { rows, filters: filters as object as Filters<Row> };
}

/** Of a transaction's answer, the list that has the rows of each path. */
const FIELDS: Readonly<Record<string, string>> = {
  '/api/v1/trades': 'trades',
  '/api/v1/claimable-balances': 'claimable_balances',
  '/api/v1/clawbacks': 'clawbacks',
  '/api/v1/contract-transfers': 'contract_transfers',
  '/api/v1/trustline-operations': 'trustline_operations',
  '/api/v1/pool-operations': 'pool_operations',
};

/** Fails unless transactions, some of each kind, are answered with all that their operations did. */
export async function expectTransactions(
  api: Api,
  ledgers: readonly LedgerFacts[],
  random: Random,
): Promise<void> {
  const lists = Object.entries(FIELDS).map(([path, field]) => ({
    field,
    rows: FACT_LISTS[path]?.(ledgers).rows ?? [],
  }));
  const payments = truthsOf(ledgers, (facts) => facts.payments).map(({ fact: payment, ...place }) =>
    expectedPayment({ payment, ...place }),
  );
  const all: readonly { readonly field: string; readonly rows: readonly Row[] }[] = [
    { field: 'payments', rows: payments },
    ...lists,
  ];
  const transactions = new Map(expectedTransactions(ledgers).map((row) => [row.tx_hash, row]));
  const bumped = [...transactions.values()].filter(({ inner_hash: inner }) => inner !== null);
  const some = all.flatMap(({ rows }) => Array.from({ length: 5 }, () => random.pick(rows).tx_hash));
  for (const hash of [...some, random.pick([...transactions.keys()]), random.pick(bumped).tx_hash]) {
    const row = transactions.get(hash);
    const of = Object.fromEntries(
      all.map(({ field, rows }) => [field, rows.filter(({ tx_hash: own }) => own === hash)]),
    );
    for (const name of [hash, row?.inner_hash?.toUpperCase() ?? hash]) {
      const { data } = await ask<TransactionDetail>(api, `/api/v1/transactions/${name}`);
      expect(data).toStrictEqual({ ...row, ...of, truncated: [] });
    }
  }
}

/** Fails unless answers say what is not recorded of a ledger of an older build, which the newest ledger becomes. */
export async function expectUnrecorded(
  api: Api,
  db: Database,
  { header, transactions }: LedgerFacts,
): Promise<void> {
  const { sequence } = header;
  const nullIn = async () => {
    const { data } = await ask<TransactionDetail>(api, `/api/v1/transactions/${transactions[0]?.hash}`);
    return Object.values(FIELDS).filter((field) => data[field as 'clawbacks'] === null);
  };
  expect(await nullIn()).toStrictEqual([]);
  const later = ['clawbacks', 'contract-transfers'];
  const first = ['trustline-operations', 'pool-operations'];
  for (const [version, lists, others] of [
    [2, later, first],
    [1, [...first, ...later], []],
  ] as const) {
    await db.run(
      ({ sql }) => sql`update ledgers set facts_version = ${version} where sequence = ${sequence}`,
    );
    for (const list of [...lists, ...others]) {
      const { as_of: asOf } = await ask<ClawbackList>(api, `/api/v1/${list}`, { limit: '1' });
      expect(asOf.facts_from_ledger, list).toBe(lists.includes(list) ? sequence + 1 : 70_000);
    }
    expect((await nullIn()).toSorted()).toStrictEqual(lists.map((list) => list.replace('-', '_')).toSorted());
  }
}
