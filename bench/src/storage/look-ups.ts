import { readSnapshot, type Database } from '@stellar-insights/db';
import type { Party } from '@stellar-insights/db/history';
import { listPayments, type PaymentFilter } from '@stellar-insights/db/payments';
import {
  accountName,
  POPULAR_MEMO,
  transactionHash,
  type GeneratedHistory,
  type PlanRecorder,
} from '@stellar-insights/db/testing';
import type { Hash, ResultCode, Stroops } from '@stellar-insights/ledger';
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
  const range = { from: history.firstLedger, to: history.lastLedger };
  const measurements: Measurement[] = [];
  for (const [what, filter] of Object.entries(lookUps(history, await someMuxedAccount(db, history)))) {
    const look = (database: Database) =>
      readSnapshot(database, (tx) => listPayments(tx, { ...filter, range, limit: PAGE }));
    const { firstMs, medianMs } = await timed(() => look(db));
    const plans = await recorder.plansOf(look);
    const found = (await look(db)).payments.length;
    const buffers = plans.reduce((sum, plan) => sum + plan.buffers, 0);
    measurements.push({
      what: `payments: ${what}`,
      value: medianMs,
      unit: 'ms',
      ...(found === 0 && !what.includes('looked at') && { limit: LIMIT_MS }),
      note: `${found} rows, ${buffers} pages of 8 kB; first call ${firstMs.toFixed(0)} ms`,
    });
  }
  return measurements;
}

/** One that was paid in the middle of the history. */
async function someMuxedAccount(db: Database, { firstLedger, lastLedger }: GeneratedHistory): Promise<Party> {
  const range = { from: firstLedger, to: Math.floor((firstLedger + lastLedger) / 2) };
  const { payments } = await readSnapshot(db, (tx) => listPayments(tx, { range, limit: 200 }));
  const paid = payments.map(({ payment }) => payment).find(({ destinationMuxedId: id }) => id !== null);
  if (paid === undefined) throw new TypeError('found no muxed account, expected one among 200 payments');
  return { account: paid.destination, muxedId: paid.destinationMuxedId ?? undefined };
}

function lookUps(history: GeneratedHistory, muxed: Party): Readonly<Record<string, PaymentFilter>> {
  const { busiestAsset, idleAsset, payments } = history;
  const busiest = { account: history.busiestAccount };
  const idle = { account: history.idleAccount };
  return {
    newest: {},
    'account with a quarter of all payments': { account: busiest },
    'account of middle activity': { account: { account: accountName(1000) } },
    'account in few payments': { account: { account: history.rareAccount } },
    'account in no payment': { account: idle },
    'account that is unknown': { account: { account: accountName(-1) } },
    'from the busiest account': { fromAccount: busiest },
    'from an account in no payment': { fromAccount: idle },
    'to the busiest account': { toAccount: busiest },
    'to an account in no payment': { toAccount: idle },
    'to a muxed account': { toAccount: muxed },
    'to a muxed account of no payment': { toAccount: { ...muxed, muxedId: 1n } },
    'busiest asset': { asset: busiestAsset },
    'asset in no payment': { asset: idleAsset },
    'failed ones': { succeeded: false },
    'a reason': { reason: 'PAYMENT_NO_TRUST' as ResultCode },
    'a reason of no payment': { reason: 'PAYMENT_NO_ISSUER' as ResultCode },
    'busiest account, failed': { account: busiest, succeeded: false },
    'busiest account and an asset it never uses (5,000 rows looked at)': {
      account: busiest,
      asset: idleAsset,
    },
    'a type': { type: 'path_payment_strict_send' },
    'a type of no payment (50,000 rows looked at)': { type: 'account_merge' },
    'an amount of many payments': { minAmount: (10n ** 9n) as Stroops },
    'an amount of no payment (50,000 rows looked at)': { minAmount: (2n ** 62n) as Stroops },
    'a hash': { transactionHash: transactionHash(Math.floor(payments / 3)) },
    'a hash of no transaction': { transactionHash: '0'.repeat(64) as Hash },
    'a memo of every hundredth transaction': { memo: { value: POPULAR_MEMO } },
    'a memo of few transactions': { memo: { value: `memo ${Math.floor(payments / 100)}` } },
    'the bytes of a memo of few transactions': {
      memo: { bytes: Buffer.from(`memo ${Math.floor(payments / 100)}`) },
    },
    'a memo of no transaction': { memo: { value: 'nobody' } },
    'a memo of another type (5,000 transactions looked at)': { memo: { value: POPULAR_MEMO, type: 'id' } },
  };
}
