import { logEvent } from '@stellar-insights/contract';
import type { LedgerFacts, PaymentFact } from '@stellar-insights/ledger';
import { describe, expect, it } from 'vitest';
import { ledgerEvents } from '../src/index.ts';
import { firstOf, simulatedLedgers } from '@stellar-insights/simnet/testing';

const ledgers = simulatedLedgers(60);
const all = ledgers.flatMap(ledgerEvents);

describe('the events of a ledger', () => {
  it('have exactly the fields that the contract publishes', () => {
    for (const event of all) expect(logEvent.parse(event)).toStrictEqual(event);
    expect(new Set(all.map(({ event }) => event))).toStrictEqual(
      new Set(['ledger.closed', 'payment.created', 'payment.failed']),
    );
  });

  it('survive JSON without loss', () => {
    expect(JSON.parse(JSON.stringify(all))).toStrictEqual(all);
  });

  it('are the close of the ledger, then each payment attempt in apply order, and nothing else', () => {
    for (const facts of ledgers) {
      const [closed, ...payments] = ledgerEvents(facts);
      expect(closed).toMatchObject({ event: 'ledger.closed', data: { sequence: facts.header.sequence } });
      const attempts = facts.payments.filter(
        ({ type }) => type !== 'create_account' && type !== 'account_merge',
      );
      expect(payments.map(({ data }) => 'op_id' in data && data.op_id)).toStrictEqual(
        attempts.map(({ operationId }) => `${operationId}`),
      );
    }
  });

  it('name what a payment sent and delivered, or why it failed', () => {
    const { payments, ...ledger } = firstOf(ledgers);
    const [attempt] = payments.filter(({ type }) => type === 'payment') as [PaymentFact];
    const failure = {
      reason: 'PAYMENT_LINE_FULL',
      blame: 'receiver',
      cause: { operationIndex: 2, code: 'X' },
    };
    const [, created, failed] = ledgerEvents({
      ...ledger,
      payments: [
        { ...attempt, sentAmount: 2n ** 63n - 1n, deliveredAmount: 5n, succeeded: true, failure: null },
        { ...attempt, sentAmount: null, deliveredAmount: null, succeeded: false, failure },
      ],
    } as unknown as LedgerFacts);
    expect(created).toMatchObject({
      event: 'payment.created',
      data: { sent_stroops: '9223372036854775807', delivered_stroops: '5' },
    });
    expect(failed).toMatchObject({
      event: 'payment.failed',
      data: {
        failure: { reason: 'PAYMENT_LINE_FULL', blame: 'receiver', cause: { operation_index: 2, code: 'X' } },
      },
    });
  });

  it('carry the exact bytes of a memo, and its text without NUL', () => {
    const ledger =
      ledgers.find(({ payments }) => payments.some(({ type }) => type === 'payment')) ?? firstOf(ledgers);
    const bytes = Buffer.from('a\0b').toString('base64');
    const transactions = ledger.transactions.map((fact) => ({
      ...fact,
      memo: { type: 'text', text: 'a\0b', bytes } as const,
    }));
    const [, payment] = ledgerEvents({ ...ledger, transactions });
    expect(payment).toMatchObject({ data: { memo: { type: 'text', text: 'a\uFFFDb', bytes } } });
  });

  it('name the channels of their corridor, accounts and assets, each once', () => {
    const { payments, ...ledger } = firstOf(ledgers);
    const [attempt] = payments.filter(({ type }) => type === 'payment');
    const path = { ...attempt, sourceAsset: 'native', destAsset: 'EUR:GI', source: 'GA', destination: 'GA' };
    const [closed, event] = ledgerEvents({ ...ledger, payments: [path] } as unknown as LedgerFacts);
    expect(closed?.channels).toStrictEqual(['ledgers']);
    expect(event?.channels).toStrictEqual([
      'payments',
      'corridor:native/EUR:GI',
      'account:GA',
      'asset:native',
      'asset:EUR:GI',
    ]);
  });
});
