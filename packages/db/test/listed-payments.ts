import { accountKey, operationAt, type OperationId } from '@stellar-insights/ledger';
import { expect } from 'vitest';
import type { Executor, Fragment } from '../src/database.ts';
import type { HistoryRange, MemoFilter, Party } from '../src/history/index.ts';
import { readSnapshot, type Database } from '../src/index.ts';
import { listPayments, type PaymentFilter, type PaymentListOptions } from '../src/payments/index.ts';
import type { GeneratedHistory } from '../src/testing/index.ts';
import { PAYMENT_TYPE_LETTERS } from '../src/tables/letters.ts';

/** All that a generated history has. */
export function wholeRange({ firstLedger: from, lastLedger: to }: GeneratedHistory): HistoryRange {
  return { from, to };
}

/** Of all pages of a list. */
export async function idsListed(db: Database, options: PaymentListOptions): Promise<OperationId[]> {
  const ids: OperationId[] = [];
  for (let beyond = options.beyond, isLast = false; !isLast;) {
    const page = await readSnapshot(db, (tx) => listPayments(tx, { ...options, beyond }));
    expect(page.payments.length).toBeLessThanOrEqual(options.limit);
    ids.push(...page.payments.map(({ payment }) => payment.operationId));
    isLast = page.next === null;
    beyond = page.next ?? undefined;
  }
  return ids;
}

/** As SQL says it in the plainest way. */
export async function idsThatFit(
  db: Database,
  filter: PaymentFilter,
  { oldestFirst, range }: { readonly oldestFirst: boolean; readonly range: HistoryRange },
): Promise<OperationId[]> {
  const { account, fromAccount, toAccount, asset, minAmount, type, succeeded, reason, memo } = filter;
  const { transactionHash: hash } = filter;
  const { from, to, after = 0n, before = 2n ** 63n - 1n } = range;
  const rows = await db.run((executor) => {
    const { sql } = executor;
    const conditions = [
      sql`p.ledger between ${from} and ${to}`,
      sql`(p.ledger::int8 << 32 | position) > ${after} and (p.ledger::int8 << 32 | position) < ${before}`,
      account &&
        sql`(${isParty(executor, 'source', account)} or ${isParty(executor, 'destination', account)})`,
      fromAccount && isParty(executor, 'source', fromAccount),
      toAccount && isParty(executor, 'destination', toAccount),
      asset && sql`(select id from assets where asset = ${asset}) in (source_asset, dest_asset)`,
      minAmount === undefined ? undefined : sql`fixed_amount >= ${minAmount}`,
      type && sql`p.type = ${PAYMENT_TYPE_LETTERS[type]}`,
      reason && sql`failure_reason = (select id from codes where code = ${reason})`,
      succeeded === undefined ? undefined : sql`p.succeeded = ${succeeded}`,
      memo && isMemo(executor, memo),
      hash && sql`${Buffer.from(hash, 'hex')} in (hash, inner_hash)`,
    ].filter((condition) => condition !== undefined);
    const direction = sql.unsafe(oldestFirst ? 'asc' : 'desc');
    return sql<{ ledger: number; position: number }[]>`
      select p.ledger, position
      from payments p join transactions t on t.ledger = p.ledger and t.index = position >> 12
      where ${conditions.reduce((all, condition) => sql`${all} and ${condition}`)}
      order by p.ledger ${direction}, position ${direction}`;
  });
  return rows.map(({ ledger, position }) => operationAt(ledger, position));
}

function isParty({ sql }: Executor, side: string, { account, muxedId }: Party): Fragment {
  const isAccount = sql`p.${sql(side)} = (select id from accounts where key = ${accountKey(account)})`;
  return muxedId === undefined
    ? isAccount
    : sql`${isAccount} and p.${sql(`${side}_muxed_id`)} = ${muxedId.toString()}::numeric`;
}

/** Of memos that are UTF-8 without NUL: all others are in tests of their own. */
function isMemo({ sql }: Executor, filter: MemoFilter): Fragment {
  const text = 'value' in filter ? filter.value : Buffer.from(filter.bytes).toString();
  const letter = filter.type === undefined ? sql`` : sql`and memo_type = ${filter.type.charAt(0)}`;
  return sql`memo = ${text} ${letter}`;
}
