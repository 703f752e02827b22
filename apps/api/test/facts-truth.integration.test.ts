import type {
  FailureReason,
  Ledger,
  LedgerDetail,
  LedgerList,
  Network,
  Payment,
  PaymentDetail,
  PaymentList,
} from '@stellar-insights/contract';
import { recordTaskError, recordTaskProgress } from '@stellar-insights/db/tasks';
import type {
  LedgerFacts,
  LedgerSequence,
  Memo,
  PaymentFact,
  TransactionFact,
} from '@stellar-insights/ledger';
import type { Simulation } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import { ask, askAll, askPages } from './support/ask.ts';
import { logCursor } from './support/log-cursor.ts';
import { storedSimulation } from './support/stored-simulation.ts';
import { test as onStage } from './support/stage.ts';

const test = onStage.extend('simulation', { scope: 'file' }, async ({ db }) => {
  const simulation = storedSimulation(db);
  await simulation.close(500);
  return simulation;
});

interface Truth {
  readonly header: LedgerFacts['header'];
  readonly transaction: TransactionFact;
  readonly payment: PaymentFact;
}

/** Newest first. */
function truths({ ledgers }: Simulation): Truth[] {
  return ledgers
    .flatMap(({ header, transactions, payments }) =>
      payments.map((payment) => {
        const transaction = transactions[payment.transactionIndex - 1];
        if (transaction === undefined)
          throw new RangeError(`payment ${payment.operationId} has no transaction`);
        return { header, transaction, payment };
      }),
    )
    .toReversed();
}

function expectedPayment({ header, transaction, payment }: Truth): Payment {
  const { failure } = payment;
  return {
    op_id: `${payment.operationId}`,
    ledger: header.sequence,
    closed_at: new Date(header.closedAt).toISOString(),
    tx_hash: payment.transactionHash,
    inner_hash: transaction.innerHash,
    operation_index: payment.operationIndex,
    memo: expectedMemo(transaction.memo),
    type: payment.type,
    source: payment.source,
    source_muxed_id: text(payment.sourceMuxedId),
    destination: payment.destination,
    destination_muxed_id: text(payment.destinationMuxedId),
    source_asset: payment.sourceAsset,
    dest_asset: payment.destAsset,
    path: [...payment.path],
    fixed_side: payment.fixedSide,
    fixed: units(payment.fixedAmount),
    fixed_stroops: text(payment.fixedAmount),
    limit: units(payment.limitAmount),
    limit_stroops: text(payment.limitAmount),
    sent: units(payment.sentAmount),
    sent_stroops: text(payment.sentAmount),
    delivered: units(payment.deliveredAmount),
    delivered_stroops: text(payment.deliveredAmount),
    succeeded: payment.succeeded,
    failure: failure && {
      reason: failure.reason,
      blame: failure.blame,
      cause: failure.cause && { operation_index: failure.cause.operationIndex, code: failure.cause.code },
    },
    is_self_payment: payment.isSelfPayment,
    is_cycle: payment.isCycle,
  };
}

function expectedMemo(memo: Memo): Payment['memo'] {
  if (memo.type === 'id') return { type: 'id', id: `${memo.id}` };
  return memo.type === 'text' ? { ...memo, text: memo.text.replaceAll('\0', '\uFFFD') } : { ...memo };
}

function expectedLedger({ header, transactions, payments }: LedgerFacts): Ledger {
  const attempts = payments.filter(({ type }) => type !== 'create_account' && type !== 'account_merge');
  return {
    sequence: header.sequence,
    hash: header.hash,
    previous_hash: header.previousHash,
    closed_at: new Date(header.closedAt).toISOString(),
    protocol_version: header.protocolVersion,
    base_fee_stroops: `${header.baseFee}`,
    base_reserve_stroops: `${header.baseReserve}`,
    total_coins: units(header.totalCoins) ?? '',
    total_coins_stroops: `${header.totalCoins}`,
    fee_pool: units(header.feePool) ?? '',
    fee_pool_stroops: `${header.feePool}`,
    transactions: outcomes(transactions),
    operations: transactions.reduce((sum, { operationCount }) => sum + operationCount, 0),
    payments: outcomes(attempts),
  };
}

function outcomes(rows: readonly { readonly succeeded: boolean }[]) {
  const succeeded = rows.filter((row) => row.succeeded).length;
  return { succeeded, failed: rows.length - succeeded };
}

function text(value: bigint | null): string | null {
  return value === null ? null : `${value}`;
}

function units(stroops: bigint | null): string | null {
  const digits = `${stroops}`.padStart(8, '0');
  return stroops === null ? null : `${digits.slice(0, -7)}.${digits.slice(-7)}`;
}

describe('the answers about 500 ledgers equal what truly happened in them', () => {
  test('for each ledger', async ({ api, db, simulation }) => {
    const pages = await askPages<Ledger, LedgerList>(api, '/api/v1/ledgers', { limit: '200' });
    expect(pages.flatMap(({ data }) => data)).toStrictEqual(
      simulation.ledgers.toReversed().map(expectedLedger),
    );
    const ranges = pages.map(({ as_of: { from_ledger: from, to_ledger: to } }) => [from, to]);
    expect(ranges).toStrictEqual([
      [70_300, 70_499],
      [70_100, 70_299],
      [70_000, 70_099],
    ]);
    const cursor = await logCursor(db);
    for (const facts of simulation.ledgers.slice(0, 20)) {
      const { sequence } = facts.header;
      expect(await ask<LedgerDetail>(api, `/api/v1/ledgers/${sequence}`)).toStrictEqual({
        data: expectedLedger(facts),
        as_of: { from_ledger: sequence, to_ledger: sequence, gaps: [], cursor },
      });
    }
  });

  test('for each payment', async ({ api, simulation }) => {
    const rows = await askAll<Payment>(api, '/api/v1/payments', { limit: '200' });
    expect(rows).toStrictEqual(truths(simulation).map(expectedPayment));
    for (const row of rows.slice(0, 20)) {
      expect((await ask<PaymentDetail>(api, `/api/v1/payments/${row.op_id}`)).data).toStrictEqual(row);
    }
  });

  test('and every reason in them is explained by /failure-reasons, with its blame', async ({
    api,
    simulation,
  }) => {
    const reasons = await askAll<FailureReason>(api, '/api/v1/failure-reasons');
    const byCode = new Map(reasons.map((reason) => [reason.code, reason]));
    expect(byCode.size).toBe(reasons.length);
    const facts = simulation.ledgers.flatMap(
      ({ payments, claimableBalances, clawbacks, trustlineOperations, poolOperations }) => [
        ...payments,
        ...claimableBalances,
        ...clawbacks,
        ...trustlineOperations,
        ...poolOperations,
      ],
    );
    const failures = facts.flatMap(({ type, failure }) => (failure === null ? [] : [{ type, ...failure }]));
    expect(new Set(failures.map(({ reason }) => reason)).size).toBeGreaterThan(60);
    for (const { type, reason, blame, cause } of failures) {
      const explained = byCode.get(reason);
      expect(explained?.operation ?? type, reason).toBe(type);
      expect(explained?.blame ?? blame, reason).toBe(blame);
      expect(cause === null || byCode.has(cause.code), cause?.code).toBe(true);
    }
    const ofPayments = await askAll<FailureReason>(api, '/api/v1/failure-reasons', { operation: 'payment' });
    expect(ofPayments).toStrictEqual(
      reasons.filter(({ operation }) => operation === null || operation === 'payment'),
    );
    const possible = new Set(ofPayments.map(({ code }) => code));
    for (const { type, reason } of failures)
      expect(type !== 'payment' || possible.has(reason), reason).toBe(true);
  });

  test('for the payments that a filter selects', async ({ api, simulation }) => {
    const all = truths(simulation);
    const find = (matches: (truth: Truth) => boolean): Truth => {
      const found = all.find(matches);
      if (found === undefined) throw new RangeError('the simulation has no such payment');
      return found;
    };
    const expectFound = async (
      query: Record<string, string>,
      matches: (truth: Truth) => boolean,
    ): Promise<void> => {
      const rows = await askAll<Payment>(api, '/api/v1/payments', { limit: '200', ...query });
      expect(rows).toStrictEqual(all.filter(matches).map(expectedPayment));
      expect(rows.length).toBeGreaterThan(0);
    };
    const bumped = find(({ transaction }) => transaction.innerHash !== null).transaction;
    const ofBumped = ({ transaction }: Truth): boolean => transaction === bumped;
    await expectFound({ tx_hash: bumped.hash }, ofBumped);
    await expectFound({ tx_hash: (bumped.innerHash ?? '').toUpperCase() }, ofBumped);

    const { source } = find(({ payment }) => payment.isSelfPayment).payment;
    const ofAccount = ({ payment }: Truth): boolean =>
      payment.source === source || payment.destination === source;
    await expectFound({ account: source }, ofAccount);
    await expectFound(
      { account: source, result: 'failed' },
      (one) => ofAccount(one) && !one.payment.succeeded,
    );
    await expectFound(
      { account: source, result: 'succeeded' },
      (one) => ofAccount(one) && one.payment.succeeded,
    );

    const { sourceAsset } = find(({ payment }) => payment.sourceAsset !== payment.destAsset).payment;
    await expectFound({ asset: sourceAsset }, ({ payment }) =>
      [payment.sourceAsset, payment.destAsset].includes(sourceAsset),
    );
    for (const reason of ['txFAILED', 'PAYMENT_UNDERFUNDED', 'txBAD_SEQ']) {
      await expectFound({ result: reason }, ({ payment }) => payment.failure?.reason === reason);
    }
    const memos = { text: (memo: Memo) => (memo.type === 'text' ? memo.text : ''), id: idOf, hash: hashOf };
    for (const [type, valueOf] of Object.entries(memos)) {
      const memo = valueOf(
        find(({ transaction }) => transaction.memo.type === type && valueOf(transaction.memo) !== '')
          .transaction.memo,
      );
      await expectFound({ memo }, ({ transaction }) => valueOf(transaction.memo) === memo);
    }
  });

  test('for a filter that selects no payment', async ({ api, db, simulation }) => {
    const cursor = await logCursor(db);
    const answer = await ask<PaymentList>(api, '/api/v1/payments', { tx_hash: '0'.repeat(64) });
    expect(answer).toStrictEqual({
      data: [],
      page: { next_cursor: null },
      as_of: { from_ledger: 70_000, to_ledger: simulation.last.header.sequence, gaps: [], cursor },
    });
  });

  test('for the network', async ({ api, db, simulation }) => {
    const cursor = await logCursor(db);
    const { sequence, hash, closedAt, protocolVersion, baseFee, baseReserve } = simulation.last.header;
    await recordTaskProgress(db, 'ledger-ingest', { tip: (sequence + 5) as LedgerSequence });
    await recordTaskError(
      db,
      'ledger-ingest',
      Object.assign(new Error('http://key@host'), { code: 'source_away' }),
    );
    const answer = await ask<Network>(api, '/api/v1/network');
    expect(answer).toStrictEqual({
      data: {
        cursor: { sequence, hash, closed_at: new Date(closedAt).toISOString() },
        newest_ledger_age_seconds: expect.any(Number) as number,
        tip: sequence + 5,
        lag_ledgers: 5,
        chain: {
          network_passphrase: 'Simulated Network',
          protocol_version: protocolVersion,
          base_fee_stroops: `${baseFee}`,
          base_reserve_stroops: `${baseReserve}`,
          close_interval_seconds: { ledgers: 99, mean: 30, longest: 30 },
        },
        tasks: [
          {
            task: 'ledger-ingest',
            status: 'failing',
            error_code: 'source_away',
            error_at: expect.any(String) as string,
            error_since: expect.any(String) as string,
            last_progress_at: expect.any(String) as string,
            progress_age_seconds: expect.any(Number) as number,
            waiting_for: null,
            waiting_since: null,
          },
        ],
      },
      as_of: { from_ledger: 70_000, to_ledger: sequence, gaps: [], cursor },
    });
  });
});

function idOf(memo: Memo): string {
  return memo.type === 'id' ? `${memo.id}` : '';
}

function hashOf(memo: Memo): string {
  return memo.type === 'hash' ? memo.hash : '';
}
