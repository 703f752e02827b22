import type { LedgerSequence } from '@stellar-insights/ledger';
import type { AccountFlags, AssetState, Placement } from '@stellar-insights/ledger/state';
import type { Executor, Fragment } from '../database.ts';

/** What a source says about an asset. What it cannot enumerate is null. */
export interface AssetFigures {
  /** Null if they are not known. */
  readonly flags: AccountFlags | null;
  /** By authorization. If the source cannot enumerate holders: those that stored ledgers name and that exist. */
  readonly trustlines: {
    readonly total: number;
    readonly authorized: number;
    readonly maintainLiabilities: number;
    readonly unauthorized: number;
  };
  /** What the accounts of these trustlines hold, in stroops. */
  readonly balances: {
    readonly authorized: bigint;
    readonly maintainLiabilities: bigint;
    readonly unauthorized: bigint;
  } | null;
  readonly claimableBalances: Placement | null;
  readonly pools: Placement | null;
  readonly contracts: Placement | null;
  /** The balances, and what claimable balances, pools and contracts hold; null if one of them is. */
  readonly supply: bigint | null;
  /** Unix time in milliseconds. */
  readonly readAt: number;
  /** The source's newest ledger when it was read. */
  readonly ledger: LedgerSequence;
}

/** The columns that say it, in both tables that have them, with their types. */
const FIGURES = {
  flags: 'int2',
  authorized: 'int4',
  authorized_balance: 'numeric',
  maintain_liabilities: 'int4',
  maintain_liabilities_balance: 'numeric',
  unauthorized: 'int4',
  unauthorized_balance: 'numeric',
  claimable_balances: 'int4',
  claimable_amount: 'numeric',
  pools: 'int4',
  pool_amount: 'numeric',
  contracts: 'int4',
  contract_amount: 'numeric',
  supply: 'numeric',
} as const;
const COLUMNS = Object.keys(FIGURES);

/** As a list of column definitions has them. */
export const FIGURE_TYPES = Object.entries(FIGURES)
  .map((definition) => definition.join(' '))
  .join(', ');

export function figureColumns({ sql }: Executor): Fragment {
  return sql.unsafe(COLUMNS.join(', '));
}

/** The columns of a table, or of its alias. */
export function figuresOf({ sql }: Executor, table: string): Fragment {
  return sql.unsafe(COLUMNS.map((column) => `${table}.${column}`).join(', '));
}

/** As `selectedFigures` selects it: sums are text. */
export interface FiguresRow {
  readonly flags: number | null;
  readonly authorized: number;
  readonly authorized_balance: string | null;
  readonly maintain_liabilities: number;
  readonly maintain_liabilities_balance: string | null;
  readonly unauthorized: number;
  readonly unauthorized_balance: string | null;
  readonly claimable_balances: number | null;
  readonly claimable_amount: string | null;
  readonly pools: number | null;
  readonly pool_amount: string | null;
  readonly contracts: number | null;
  readonly contract_amount: string | null;
  readonly supply: string | null;
  readonly readAt: number;
  readonly ledger: LedgerSequence;
}

export function selectedFigures({ sql }: Executor): Fragment {
  return sql`
    flags::int4 as flags, authorized, authorized_balance::text, maintain_liabilities, maintain_liabilities_balance::text,
    unauthorized, unauthorized_balance::text, claimable_balances, claimable_amount::text,
    pools, pool_amount::text, contracts, contract_amount::text, supply::text,
    (extract(epoch from read_at) * 1000)::float8 as "readAt", ledger`;
}

export function figuresOfRow(row: FiguresRow): AssetFigures {
  const { authorized, maintain_liabilities: maintainLiabilities, unauthorized, supply, readAt, ledger } = row;
  const total = authorized + maintainLiabilities + unauthorized;
  return {
    flags: flagsOf(row.flags),
    trustlines: { total, authorized, maintainLiabilities, unauthorized },
    balances: balancesOf(row),
    claimableBalances: placement(row.claimable_balances, row.claimable_amount),
    pools: placement(row.pools, row.pool_amount),
    contracts: placement(row.contracts, row.contract_amount),
    supply: supply === null ? null : BigInt(supply),
    readAt,
    ledger,
  };
}

/** As the tables have it. Without holders, the counts are those of the named trustlines, which the database knows. */
export function rowOfState(
  state: Omit<AssetState, 'asset'>,
): Readonly<Record<string, number | string | null>> {
  const { flags, holders, claimableBalances, pools, contracts } = state;
  return {
    flags: flags && flagBits(flags),
    authorized: holders && holders.authorized.accounts,
    authorized_balance: text(holders?.authorized.balance),
    maintain_liabilities: holders && holders.maintainLiabilities.accounts,
    maintain_liabilities_balance: text(holders?.maintainLiabilities.balance),
    unauthorized: holders && holders.unauthorized.accounts,
    unauthorized_balance: text(holders?.unauthorized.balance),
    claimable_balances: claimableBalances && claimableBalances.count,
    claimable_amount: text(claimableBalances?.amount),
    pools: pools && pools.count,
    pool_amount: text(pools?.amount),
    contracts: contracts && contracts.count,
    contract_amount: text(contracts?.amount),
    supply: text(supplyOf(state)),
  };
}

function supplyOf({ holders, claimableBalances, pools, contracts }: Omit<AssetState, 'asset'>) {
  if (holders === null || claimableBalances === null || pools === null || contracts === null) return null;
  const { authorized, maintainLiabilities, unauthorized } = holders;
  const held = authorized.balance + maintainLiabilities.balance + unauthorized.balance;
  return held + claimableBalances.amount + pools.amount + contracts.amount;
}

function balancesOf(row: FiguresRow): AssetFigures['balances'] {
  const authorized = row.authorized_balance;
  const maintainLiabilities = row.maintain_liabilities_balance;
  const unauthorized = row.unauthorized_balance;
  if (authorized === null || maintainLiabilities === null || unauthorized === null) return null;
  return {
    authorized: BigInt(authorized),
    maintainLiabilities: BigInt(maintainLiabilities),
    unauthorized: BigInt(unauthorized),
  };
}

function placement(count: number | null, amount: string | null): Placement | null {
  return count === null || amount === null ? null : { count, amount: BigInt(amount) };
}

function text(amount: bigint | null | undefined): string | null {
  return amount === null || amount === undefined ? null : `${amount}`;
}

/** The bits of an account's flags. */
export const FLAG_BITS = {
  authRequired: 1,
  authRevocable: 2,
  authImmutable: 4,
  authClawbackEnabled: 8,
} as const satisfies Record<keyof AccountFlags, number>;

function flagBits(flags: AccountFlags): number {
  const names = Object.keys(FLAG_BITS) as (keyof AccountFlags)[];
  return names.reduce((bits, name) => (flags[name] ? bits | FLAG_BITS[name] : bits), 0);
}

function flagsOf(bits: number | null): AccountFlags | null {
  if (bits === null) return null;
  const has = (bit: number): boolean => (bits & bit) !== 0;
  return {
    authRequired: has(FLAG_BITS.authRequired),
    authRevocable: has(FLAG_BITS.authRevocable),
    authImmutable: has(FLAG_BITS.authImmutable),
    authClawbackEnabled: has(FLAG_BITS.authClawbackEnabled),
  };
}
