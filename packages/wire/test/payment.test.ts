import type { LedgerFacts, PaymentFact } from '@stellar-insights/ledger';
import { describe, expect, it } from 'vitest';
import { ledgerEvents, PAYMENT_COLUMNS, renderPayment } from '../src/index.ts';
import { simulatedLedgers } from '@stellar-insights/simnet/testing';

const ledgers = simulatedLedgers(60);

describe('a payment', () => {
  it('has in REST every field that it has in its event, with the same value', () => {
    let compared = 0;
    for (const facts of ledgers) {
      const rest = new Map(
        facts.payments.map((payment) => [`${payment.operationId}`, inRest(facts, payment)]),
      );
      for (const { data } of ledgerEvents(facts)) {
        if (!('op_id' in data)) continue;
        expect(rest.get(data.op_id)).toMatchObject(data);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(100);
  });

  it('has a column in CSV for every field of REST, in the same order', () => {
    const [facts] = ledgers;
    const [payment] = facts?.payments ?? [];
    const columns = PAYMENT_COLUMNS.map((column) => column.split('.')[0]);
    expect(Object.keys(facts && payment ? inRest(facts, payment) : {})).toStrictEqual([...new Set(columns)]);
  });

  it('has the fields of its event in a fixed order, which the log stores', () => {
    const shared =
      'op_id ledger closed_at tx_hash inner_hash memo type source source_muxed_id destination ' +
      'destination_muxed_id source_asset dest_asset path fixed_side fixed_stroops limit_stroops ' +
      'is_self_payment is_cycle';
    const outcome = {
      'payment.created': ['sent_stroops', 'delivered_stroops'],
      'payment.failed': ['failure'],
    };
    for (const { event, data } of ledgers.flatMap(ledgerEvents)) {
      if (event === 'ledger.closed') continue;
      expect(Object.keys(data)).toStrictEqual([...shared.split(' '), ...outcome[event]]);
    }
  });
});

function inRest({ header, transactions }: LedgerFacts, payment: PaymentFact) {
  const transaction = transactions.find(({ index }) => index === payment.transactionIndex);
  if (transaction === undefined) throw new RangeError(`no transaction ${payment.transactionIndex}`);
  return renderPayment({ payment, transaction, closedAt: header.closedAt });
}
