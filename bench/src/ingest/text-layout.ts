import type { Database } from '@stellar-insights/db';
import type { LedgerFacts, PaymentFact } from '@stellar-insights/ledger';

/* The peer: payments with names in each row, inserted as arrays of texts. It is also what `insights migrate` converts. */

const COLUMNS: Readonly<
  Record<
    string,
    readonly [type: string, value: (payment: PaymentFact) => string | number | bigint | boolean | null]
  >
> = {
  ledger: ['bigint', ({ ledger }) => ledger],
  operation_id: ['bigint', (payment) => payment.operationId],
  transaction_index: ['integer', (payment) => payment.transactionIndex],
  operation_index: ['smallint', (payment) => payment.operationIndex],
  type: ['text_layout.payment_type', ({ type }) => type],
  source: ['text', ({ source }) => source],
  source_muxed_id: ['numeric(20, 0)', (payment) => payment.sourceMuxedId],
  destination: ['text', ({ destination }) => destination],
  destination_muxed_id: ['numeric(20, 0)', (payment) => payment.destinationMuxedId],
  source_asset: ['text', (payment) => payment.sourceAsset],
  dest_asset: ['text', (payment) => payment.destAsset],
  path: ['text[]', ({ path }) => `{${path.join(',')}}`],
  fixed_side: ['text_layout.fixed_side', (payment) => payment.fixedSide],
  fixed_amount: ['bigint', (payment) => payment.fixedAmount],
  limit_amount: ['bigint', (payment) => payment.limitAmount],
  sent_amount: ['bigint', (payment) => payment.sentAmount],
  delivered_amount: ['bigint', (payment) => payment.deliveredAmount],
  succeeded: ['boolean', ({ succeeded }) => succeeded],
  operation_result: ['text', (payment) => payment.operationResult],
  failure_reason: ['text', ({ failure }) => failure?.reason ?? null],
  failure_blame: ['text_layout.blame', ({ failure }) => failure?.blame ?? null],
  cause_index: ['smallint', ({ failure }) => failure?.cause?.operationIndex ?? null],
  cause_code: ['text', ({ failure }) => failure?.cause?.code ?? null],
  is_self_payment: ['boolean', (payment) => payment.isSelfPayment],
  is_cycle: ['boolean', (payment) => payment.isCycle],
};

const NULLABLE = /_muxed_id$|_amount$|^operation_result$|^failure_|^cause_/;

const columns = Object.entries(COLUMNS)
  .map(([name, [type]]) => `${name} ${type}${NULLABLE.test(name) ? '' : ' not null'}`)
  .join(', ');
const names = Object.keys(COLUMNS).join(', ');
const INSERT = `
  insert into text_layout.payments (${names})
  select ${Object.entries(COLUMNS)
    .map(([name, [type]]) => `${name}::${type}`)
    .join(', ')}
  from unnest(${Object.keys(COLUMNS)
    .map((_, place) => `$${place + 1}::text::text[]`)
    .join(', ')}) as rows (${names})`;

/** The tables of the old layout. */
export async function createTextLayout(db: Database): Promise<void> {
  const statements = [
    'create schema text_layout',
    `create type text_layout.blame as enum ('sender', 'receiver', 'issuer', 'market', 'network', 'unknown')`,
    `create type text_layout.fixed_side as enum ('source', 'dest')`,
    `create type text_layout.payment_type as enum
       ('payment', 'path_payment_strict_send', 'path_payment_strict_receive', 'create_account', 'account_merge')`,
    `create type text_layout.memo_type as enum ('none', 'text', 'id', 'hash', 'return')`,
    `create table text_layout.transactions (
       ledger bigint, index integer, hash bytea, inner_hash bytea, source text, source_muxed_id numeric(20, 0),
       fee_source text, fee_source_muxed_id numeric(20, 0), fee_charged bigint, succeeded boolean, result text,
       inner_result text, operation_count integer, memo_type text_layout.memo_type, memo text, memo_bytes bytea,
       primary key (ledger, index)
     ) partition by range (ledger)`,
    'create table text_layout.transactions_0 partition of text_layout.transactions for values from (0) to (100000)',
    `create table text_layout.claimable_balances (
       ledger bigint, operation_id bigint, type text, account text, account_muxed_id numeric(20, 0), balance_id bytea,
       asset text, amount bigint, claimants text[], succeeded boolean, operation_result text, failure_reason text,
       failure_blame text_layout.blame, cause_index smallint, cause_code text, primary key (ledger, operation_id)
     ) partition by range (ledger)`,
    `create table text_layout.trades (
       ledger bigint, operation_id bigint, "order" integer, seller text, offer_id bigint, pool bytea, buyer text,
       sold_asset text, sold_amount bigint, bought_asset text, bought_amount bigint,
       primary key (ledger, operation_id, "order")
     ) partition by range (ledger)`,
    `create table text_layout.payments (${columns}, primary key (ledger, operation_id)) partition by range (ledger)`,
    'create table text_layout.payments_0 partition of text_layout.payments for values from (0) to (100000)',
    'create index on text_layout.payments (source, operation_id)',
    'create index on text_layout.payments (destination, operation_id)',
    'create index on text_layout.payments (failure_reason, operation_id) where not succeeded',
  ];
  for (const statement of statements) await db.run(({ sql }) => sql.unsafe(statement));
}

/** One ledger, as it was stored. */
export async function insertAsText(db: Database, { payments }: LedgerFacts): Promise<void> {
  const arrays = Object.values(COLUMNS).map(([, value]) => {
    const texts = payments.map((payment) => {
      const one = value(payment);
      return one === null ? 'null' : `"${String(one).replaceAll(/["\\]/g, String.raw`\$&`)}"`;
    });
    return `{${texts.join(',')}}`;
  });
  await db.run(({ sql }) => sql.unsafe(INSERT, arrays, { prepare: true }));
}

/** Gives the payments stored their transactions, so that all of it can be converted. */
export async function addTransactionsAsText(db: Database): Promise<void> {
  await db.run(
    ({ sql }) => sql`
      insert into text_layout.transactions
      select distinct on (p.ledger, p.transaction_index) p.ledger, p.transaction_index,
             sha256(int8send(operation_id)), null::bytea, source, null::numeric, source, null::numeric, 200, succeeded,
             'txSUCCESS', null, 2, 'id'::text_layout.memo_type, p.transaction_index::text, null::bytea
      from text_layout.payments p order by p.ledger, p.transaction_index`,
  );
}

const CORRIDORS = 2000;

/** Corridor buckets of named assets, the only rows that are left to convert: 2,000 corridors, in each five minutes. */
export async function createNamedBuckets(db: Database, rows: number): Promise<void> {
  const statements = [
    'create schema text_layout',
    `create table text_layout.corridor_buckets (
       bucket_start timestamp (3) with time zone, source_asset text, dest_asset text, is_self boolean, attempts integer,
       successes integer, delivered numeric(38, 0), failures jsonb, size_classes jsonb,
       primary key (source_asset, dest_asset, is_self, bucket_start)
     )`,
    'create index on text_layout.corridor_buckets (bucket_start)',
    `insert into text_layout.corridor_buckets
     select timestamptz '2026-01-01' + make_interval(mins => 5 * bucket), asset, 'native', false, 10, 8, 1000000,
            jsonb_build_array(
              jsonb_build_object('reason', 'PAYMENT_UNDERFUNDED', 'blame', 'sender', 'count', 1),
              jsonb_build_object('reason', 'PAYMENT_NO_TRUST', 'blame', 'receiver', 'count', 1)),
            jsonb_build_array(
              jsonb_build_object('side', 'dest', 'sizeClass', 5, 'attempts', 6, 'successes', 5),
              jsonb_build_object('side', 'dest', 'sizeClass', 6, 'attempts', 4, 'successes', 3))
     from generate_series(0, ${rows / CORRIDORS - 1}) as bucket,
          (select asset from assets where asset <> 'native' order by id limit ${CORRIDORS}) corridors
     order by 1`,
  ];
  for (const statement of statements) await db.run(({ sql }) => sql.unsafe(statement));
}
