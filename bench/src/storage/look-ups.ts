import { readSnapshot, type Database } from '@stellar-insights/db';
import { listPayments, type PaymentFilter } from '@stellar-insights/db/payments';
import {
  accountName,
  POPULAR_MEMO,
  transactionHash,
  type GeneratedHistory,
  type PlanRecorder,
} from '@stellar-insights/db/testing';
import type { Hash, ResultCode } from '@stellar-insights/ledger';
import { timed, type Measurement } from '../measurement.ts';

const PAGE = 50;
/** Of a look-up that finds nothing. */
const LIMIT_MS = 50;

/** A page of payments by each filter, with as many statements as it takes. */
export async function measureLookUps(
  db: Database,
  recorder: PlanRecorder,
  history: GeneratedHistory,
): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const [what, filter] of Object.entries(lookUps(history))) {
    const look = (database: Database) =>
      readSnapshot(database, (tx) =>
        listPayments(tx, { ...filter, fromLedger: history.firstLedger, limit: PAGE }),
      );
    const { firstMs, medianMs } = await timed(() => look(db));
    const plans = await recorder.plansOf(look);
    const found = (await look(db)).payments.length;
    const buffers = plans.reduce((sum, plan) => sum + plan.buffers, 0);
    measurements.push({
      what: `payments: ${what}`,
      value: medianMs,
      unit: 'ms',
      ...(found === 0 && !what.includes('5,000') && { limit: LIMIT_MS }),
      note: `${found} rows, ${buffers} pages of 8 kB; first call ${firstMs.toFixed(0)} ms`,
    });
  }
  return measurements;
}

function lookUps(history: GeneratedHistory): Readonly<Record<string, PaymentFilter>> {
  const { busiestAccount, rareAccount, idleAccount, busiestAsset, idleAsset, payments } = history;
  return {
    newest: {},
    'account with a quarter of all payments': { account: busiestAccount },
    'account of middle activity': { account: accountName(1000) },
    'account in few payments': { account: rareAccount },
    'account in no payment': { account: idleAccount },
    'account that is unknown': { account: accountName(-1) },
    'busiest asset': { asset: busiestAsset },
    'asset in no payment': { asset: idleAsset },
    'failed ones': { succeeded: false },
    'a reason': { reason: 'PAYMENT_NO_TRUST' as ResultCode },
    'a reason of no payment': { reason: 'PAYMENT_NO_ISSUER' as ResultCode },
    'busiest account, failed': { account: busiestAccount, succeeded: false },
    'busiest account and an asset it never uses (5,000 rows looked at)': {
      account: busiestAccount,
      asset: idleAsset,
    },
    'a hash': { transactionHash: transactionHash(Math.floor(payments / 3)) },
    'a hash of no transaction': { transactionHash: '0'.repeat(64) as Hash },
    'a memo of every hundredth transaction': { memo: POPULAR_MEMO },
    'a memo of few transactions': { memo: `memo ${Math.floor(payments / 100)}` },
    'a memo of no transaction': { memo: 'nobody' },
  };
}
