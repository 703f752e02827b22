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
import { inspect } from 'node:util';
import { seed } from '@stellar-insights/devstack/vitest';
import { recordTaskError, recordTaskProgress } from '@stellar-insights/db/tasks';
import type { LedgerFacts, LedgerSequence } from '@stellar-insights/ledger';
import { Random } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import { ask, askAll, askPages, type Api } from './support/ask.ts';
import { logCursor } from './support/log-cursor.ts';
import { expectTransactions, expectUnrecorded, FACT_LISTS } from './support/fact-lists.ts';
import { expectFilters, expectUnmoved } from './support/list-truth.ts';
import { goTogether, selections } from './support/payment-filters.ts';
import { expectedPayment, truths, units, type Truth } from './support/payment-truths.ts';
import { storedSimulation } from './support/stored-simulation.ts';
import { test as onStage } from './support/stage.ts';

const test = onStage.extend('simulation', { scope: 'file' }, async ({ db }) => {
  const simulation = storedSimulation(db);
  await simulation.close(500);
  return simulation;
});

const FULL = Boolean(process.env['TEST_FULL']);
/** The share of all pairs of filters that is asked for, and how much of a long list is read. */
const PAIRS = FULL ? 1 : 0.05;
const ROWS = FULL ? Infinity : 150;

/** Reads the list to its end, or as far as `ROWS`. */
async function expectPages(
  api: Api,
  query: Record<string, string>,
  selected: readonly Truth[],
): Promise<void> {
  const expected = selected.slice(0, ROWS);
  const rows: Payment[] = [];
  let next: string | null = '';
  while (next !== null && rows.length < ROWS) {
    const paging: Record<string, string> = next === '' ? {} : { cursor: next };
    const list: PaymentList = await ask(api, '/api/v1/payments', { limit: '75', ...query, ...paging });
    rows.push(...list.data);
    next = list.page.next_cursor;
  }
  expect(rows, inspect(query)).toStrictEqual(expected.map(expectedPayment));
  expect(next === null, inspect(query)).toBe(selected.length <= expected.length);
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

  describe('for the payments that parameters select', () => {
    test('by one filter or range, newest first and oldest first', async ({ api, simulation }) => {
      const all = truths(simulation);
      for (const { query, selects } of selections(all)) {
        const selected = all.filter(selects);
        expect(selected.length, inspect(query)).toBeGreaterThan(0);
        await expectPages(api, query, selected);
        await expectPages(api, { ...query, order: 'asc' }, selected.toReversed());
      }
    });

    test('by two of them', async ({ api, simulation }) => {
      const random = new Random(`${seed()}`);
      const all = truths(simulation);
      const each = selections(all);
      for (const [place, one] of each.entries()) {
        for (const other of each.slice(place + 1)) {
          if (!goTogether(one, other) || random.chance(1 - PAIRS)) continue;
          const selected = all.filter((truth) => one.selects(truth) && other.selects(truth));
          const order = random.pick(['asc', 'desc']);
          const query = { ...one.query, ...other.query, order };
          await expectPages(api, query, order === 'asc' ? selected.toReversed() : selected);
        }
      }
    });
  });

  describe.for(Object.entries(FACT_LISTS))('for each row of %s', ([path, truthOf]) => {
    test('in both orders', async ({ api, simulation }) => {
      const { rows } = truthOf(simulation.ledgers);
      expect(rows).not.toStrictEqual([]);
      expect(await askAll(api, path, { limit: '200' })).toStrictEqual(rows.toReversed());
      expect(await askAll(api, path, { limit: '199', order: 'asc' })).toStrictEqual(rows);
    });

    test('by each filter, by each two of them, and in ranges', async ({ api, simulation }) => {
      await expectFilters(api, path, truthOf(simulation.ledgers), new Random(`${seed()}`));
    });

    test('while ledgers arrive: newest first without them, oldest first with them', async ({
      api,
      simulation,
    }) => {
      await expectUnmoved(api, path, simulation, truthOf);
    });
  });

  test('for each transaction with all that its operations did', async ({ api, simulation }) => {
    await expectTransactions(api, simulation.ledgers, new Random(`${seed()}`));
  });

  test('for payments while ledgers arrive: newest first without them, oldest first with them', async ({
    api,
    db,
    simulation,
  }) => {
    const from = simulation.last.header.sequence - 30;
    const all = selections(truths(simulation));
    const some = ['from_account', 'result', 'min_amount', 'memo_hex'].flatMap(
      (name) => all.find(({ query }) => Object.keys(query).join() === name) ?? [],
    );
    for (const { query, selects } of some) {
      const selected = () => truths(simulation).filter((one) => one.payment.ledger >= from && selects(one));
      for (const order of ['desc', 'asc']) {
        const before = selected();
        const pages: PaymentList[] = [];
        for (let cursor: string | null = ''; cursor !== null;) {
          const paging: Record<string, string> = cursor === '' ? {} : { cursor };
          const asked = { ...query, ...paging, order, from_ledger: `${from}`, limit: '20' };
          const page: PaymentList = await ask(api, '/api/v1/payments', asked);
          pages.push(page);
          cursor = page.page.next_cursor;
          if (cursor !== null && pages.length <= 2) await simulation.close(1);
        }
        const expected = order === 'asc' ? selected().toReversed() : before;
        const rows = pages.flatMap(({ data }) => data);
        expect(rows, inspect(query)).toStrictEqual(expected.map(expectedPayment));
        // Events continue the list as it is now, or as it was at its first page.
        const { cursor } = pages.at(-1)?.as_of ?? {};
        expect(cursor).toBe(order === 'asc' ? await logCursor(db) : pages[0]?.as_of.cursor);
      }
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

  test('and say what an older build has not recorded', async ({ api, db, simulation }) => {
    await expectUnrecorded(api, db, simulation.last);
  });
});
