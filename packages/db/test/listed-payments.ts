import { accountKey, operationAt, type OperationId } from '@stellar-insights/ledger';
import { expect } from 'vitest';
import { readSnapshot, type Database } from '../src/index.ts';
import { listPayments, type PaymentFilter, type PaymentListOptions } from '../src/payments/index.ts';

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
  { oldestFirst, fromLedger }: { readonly oldestFirst: boolean; readonly fromLedger: number },
): Promise<OperationId[]> {
  const { account, asset, succeeded, reason, memo, transactionHash: hash } = filter;
  const rows = await db.run(({ sql }) => {
    const conditions = [
      account && sql`(select id from accounts where key = ${accountKey(account)}) in (p.source, destination)`,
      asset && sql`(select id from assets where asset = ${asset}) in (source_asset, dest_asset)`,
      reason && sql`failure_reason = (select id from codes where code = ${reason})`,
      succeeded === undefined ? undefined : sql`p.succeeded = ${succeeded}`,
      memo && sql`memo = ${memo}`,
      hash && sql`${Buffer.from(hash, 'hex')} in (hash, inner_hash)`,
    ].filter((condition) => condition !== undefined);
    const direction = sql.unsafe(oldestFirst ? 'asc' : 'desc');
    return sql<{ ledger: number; position: number }[]>`
      select p.ledger, position
      from payments p join transactions t on t.ledger = p.ledger and t.index = position >> 12
      where ${conditions.reduce((all, condition) => sql`${all} and ${condition}`, sql`p.ledger >= ${fromLedger}`)}
      order by p.ledger ${direction}, position ${direction}`;
  });
  return rows.map(({ ledger, position }) => operationAt(ledger, position));
}
