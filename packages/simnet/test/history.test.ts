import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { LedgerCloseMeta, type LedgerCloseMetaWire } from '@stellar/stellar-sdk/xdr';
import { createNetwork, HISTORY, type ClosedLedger } from '@stellar-insights/simnet';
import {
  CAUSES,
  CLAIMABLE_BALANCE_REASONS,
  CLAWBACK_REASONS,
  PAYMENT_REASONS,
  POOL_REASONS,
  TRANSACTION_CODES,
  TRUSTLINE_REASONS,
} from './expected-outcomes.ts';
import { bodyOf, recompute, type Recomputed } from './recomputed-hashes.ts';

const PASSPHRASE = 'Simulated Network ; test';
const NETWORK_ID = createHash('sha256').update(PASSPHRASE).digest();
const DROPPED = '0'.repeat(64);

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('2,000 ledgers from protocol 12 to 28', () => {
  const ledgers: ClosedLedger[] = [];
  const decoded: LedgerCloseMetaWire[] = [];
  const recomputed: Recomputed[] = [];

  beforeAll(() => {
    const options = { passphrase: PASSPHRASE, startLedger: 30_000_000, startTime: 1_600_000_000_000 };
    const network = createNetwork({ seed: 'history', ...options, eras: HISTORY });
    for (let count = 0; count < 2_000; count += 1) {
      const ledger = network.closeLedger();
      ledgers.push(ledger);
      const wire = LedgerCloseMeta.schema.decode(ledger.bytes);
      decoded.push(wire);
      recomputed.push(recompute(wire, NETWORK_ID));
    }
  });

  const truths = () => ledgers.map(({ truth }) => truth);
  const payments = () => truths().flatMap((truth) => truth.payments);
  const transactions = () => truths().flatMap((truth) => truth.transactions);

  it('decode with the SDK and encode to the same bytes', () => {
    // The SDK's own classes are slow: every tenth ledger by them, each by its schema.
    for (const [index, { bytes }] of ledgers.entries()) {
      const wire = decoded[index];
      const again = index % 10 === 0 ? LedgerCloseMeta.fromXdr(bytes).toXdr() : encode(wire);
      expect(Buffer.compare(again, bytes)).toBe(0);
    }
  });

  it('name their header, transaction set, results and transactions by the right hashes', () => {
    for (const [index, wire] of decoded.entries()) {
      const { ledgerHeader, txProcessing } = bodyOf(wire);
      const { header, hash } = ledgerHeader;
      const dropped = header.scpValue.ext.v === 2 ? { transactionSetHash: DROPPED } : {};
      const { envelopes: _, transactionHashes, ...real } = { ...recomputed[index], ...dropped };
      expect(real).toEqual({
        headerHash: hex(hash),
        transactionSetHash: hex(header.scpValue.txSetHash),
        resultSetHash: hex(header.txSetResultHash),
      });
      const named = txProcessing.map(({ result }) => hex(result.transactionHash));
      expect(transactionHashes?.toSorted()).toEqual(named.toSorted());
    }
  });

  it('each name the ledger before', () => {
    const headers = decoded.map((wire) => bodyOf(wire).ledgerHeader);
    const previous = headers.slice(1).map(({ header }) => hex(header.previousLedgerHash));
    expect(previous).toEqual(headers.slice(0, -1).map(({ hash }) => hex(hash)));
    expect(headers.map(({ header }) => header.ledgerSeq)).toEqual(
      headers.map((_, index) => 30_000_000 + index),
    );
  });

  it.each(Object.entries(PAYMENT_REASONS))('have every failure of %s', (type, expected) => {
    const reasons = payments().flatMap((payment) =>
      payment.type === type ? (payment.failure?.reason ?? []) : [],
    );
    expect([...new Set(reasons)]).toEqual(expect.arrayContaining([...expected]));
  });

  it.each(Object.keys(PAYMENT_REASONS))('have %s that succeeds', (type) => {
    expect(payments().some((payment) => payment.type === type && payment.succeeded)).toBe(true);
  });

  it.each(
    Object.entries({
      ...CLAIMABLE_BALANCE_REASONS,
      ...CLAWBACK_REASONS,
      ...TRUSTLINE_REASONS,
      ...POOL_REASONS,
    }),
  )('have every failure of %s, and success', (type, expected) => {
    const facts = truths()
      .flatMap(({ claimableBalances, clawbacks, trustlineOperations, poolOperations }) => [
        ...claimableBalances,
        ...clawbacks,
        ...trustlineOperations,
        ...poolOperations,
      ])
      .filter((fact) => fact.type === type);
    const reasons = facts.flatMap(({ failure }) => failure?.reason ?? []);
    expect([...new Set(reasons)]).toEqual(expect.arrayContaining([...expected]));
    expect(facts.some(({ succeeded }) => succeeded)).toBe(true);
  });

  it.each(TRANSACTION_CODES)('have a transaction that ends in %s, without operation results', (code) => {
    const ended = transactions().filter(({ result, innerResult }) => (innerResult ?? result) === code);
    expect(ended).not.toHaveLength(0);
    const hashes = new Set(ended.map(({ hash }) => hash));
    const within = payments().filter(({ transactionHash }) => hashes.has(transactionHash));
    for (const { operationResult, failure } of within) {
      expect(operationResult).toBeNull();
      expect(failure).toMatchObject({ reason: code, cause: null });
    }
  });

  it.each(CAUSES)('have payments rolled back because of %s', (code) => {
    const rolledBack = payments().filter(
      ({ failure }) => failure?.reason === 'txFAILED' && failure.cause?.code === code,
    );
    expect(rolledBack).not.toHaveLength(0);
    for (const { operationResult, sentAmount } of rolledBack) {
      expect(operationResult).toMatch(/_SUCCESS$/);
      expect(sentAmount).toBeNull();
    }
  });

  it.each([
    ['inner success', 'txFEE_BUMP_INNER_SUCCESS', 'txSUCCESS'],
    ['inner failure', 'txFEE_BUMP_INNER_FAILED', 'txFAILED'],
    ['inner failure before operations', 'txFEE_BUMP_INNER_FAILED', 'txBAD_SEQ'],
    ['outer failure', 'txBAD_AUTH', null],
  ])('have a fee bump with %s', (_, result, innerResult) => {
    const bumps = transactions().filter(({ innerHash }) => innerHash !== null);
    expect(bumps).toContainEqual(expect.objectContaining({ result, innerResult }));
  });

  it('have issuers that give, limit and take back authorization, in both ways', () => {
    const flags = truths()
      .flatMap(({ trustlineOperations }) => trustlineOperations)
      .filter(({ succeeded, setFlags }) => succeeded && setFlags !== null)
      .map(({ type, setFlags, clearFlags }) => `${type} ${setFlags} ${clearFlags}`);
    const given = ['1 2', '2 1', '0 3'].flatMap((pair) => [
      `allow_trust ${pair}`,
      `set_trust_line_flags ${pair}`,
    ]);
    expect([...new Set(flags)].toSorted()).toEqual(given.toSorted());
  });

  it('have pools that begin empty and end', () => {
    const shares = truths()
      .flatMap(({ trustlineOperations }) => trustlineOperations)
      .filter(({ succeeded, pool }) => succeeded && pool !== null);
    const trusted = Map.groupBy(shares, ({ pool }) => pool);
    expect(trusted.size).toBeGreaterThan(3);
    expect(shares.some(({ limit }) => limit === 0n)).toBe(true);
    const trading = new Set(
      truths().flatMap(({ trades }) =>
        trades.map(({ maker }) => (maker.type === 'pool' ? maker.pool : null)),
      ),
    );
    expect([...trusted.keys()].some((pool) => trading.has(pool))).toBe(true);
  });

  it('have muxed accounts wherever an account may be one', () => {
    expect(transactions().some(({ sourceMuxedId }) => sourceMuxedId !== null)).toBe(true);
    expect(
      transactions().some(
        ({ feeSourceMuxedId, innerHash }) => innerHash !== null && feeSourceMuxedId !== null,
      ),
    ).toBe(true);
    expect(payments().some(({ sourceMuxedId }) => sourceMuxedId !== null)).toBe(true);
    expect(payments().some(({ destinationMuxedId }) => destinationMuxedId !== null)).toBe(true);
    const clawbacks = truths().flatMap((truth) => truth.clawbacks);
    expect(clawbacks.some(({ fromMuxedId }) => fromMuxedId !== null)).toBe(true);
  });

  it('have self-payments, cycles, hops of many claims, pools, offers and trades rounded to 0', () => {
    const trades = truths().flatMap((truth) => truth.trades);
    expect(payments().some(({ isSelfPayment, type }) => isSelfPayment && type === 'payment')).toBe(true);
    expect(payments().some(({ isCycle, succeeded, path }) => isCycle && succeeded && path.length > 0)).toBe(
      true,
    );
    expect(
      payments().some(({ isCycle, isSelfPayment, path }) => isCycle && !isSelfPayment && path.length === 0),
    ).toBe(true);
    expect(trades.some(({ order }) => order >= 4)).toBe(true);
    expect(new Set(trades.map(({ maker }) => maker.type))).toEqual(new Set(['offer', 'pool']));
    expect(trades.some(({ soldAmount, boughtAmount }) => soldAmount === 0n || boughtAmount === 0n)).toBe(
      true,
    );
  });

  it('have bots that mostly fail to gain from going in circles', () => {
    const circles = payments().filter(({ isCycle, isSelfPayment }) => isCycle && isSelfPayment);
    const succeeded = circles.filter((payment) => payment.succeeded).length;
    expect(circles.length).toBeGreaterThan(1_000);
    expect(succeeded / circles.length).toBeGreaterThan(0.05);
    expect(succeeded / circles.length).toBeLessThan(0.25);
  });

  it('have memos of every kind, text that is no UTF-8 and ids beyond 2^53', () => {
    const memos = transactions().map(({ memo }) => memo);
    expect(new Set(memos.map(({ type }) => type))).toEqual(new Set(['none', 'text', 'id', 'hash', 'return']));
    expect(memos.some((memo) => memo.type === 'text' && memo.text.includes('\ufffd'))).toBe(true);
    expect(memos.some((memo) => memo.type === 'id' && memo.id > 2n ** 53n)).toBe(true);
  });

  it('have every form a ledger had', () => {
    const results = decoded.flatMap((wire) => bodyOf(wire).txProcessing);
    expect(new Set(decoded.map(({ v }) => v))).toEqual(new Set([0, 1, 2]));
    expect(new Set(results.map(({ txApplyProcessing }) => txApplyProcessing.v))).toEqual(
      new Set([0, 1, 2, 3, 4]),
    );
    const envelopes = recomputed.flatMap((ledger) => ledger.envelopes);
    expect(new Set(envelopes.map(({ type }) => type))).toEqual(new Set([0, 2, 5]));
    const values = decoded.map((wire) => bodyOf(wire).ledgerHeader.header.scpValue);
    expect(new Set(values.map(({ ext }) => ext.v))).toEqual(new Set([0, 1, 2]));
    expect(values.some(({ upgrades }) => upgrades.length > 0)).toBe(true);
  });

  it('have every form a transaction set had', () => {
    const phases = decoded.flatMap((wire) => phasesOf(wire));
    const components = phases.flatMap((phase) => (phase.v === 0 ? [phase.v0Components] : []));
    const stages = phases.flatMap((phase) =>
      phase.v === 1 ? [phase.parallelTxsComponent.executionStages] : [],
    );
    expect(components.some((list) => list.length > 1)).toBe(true);
    const fees = components.flat().map(({ txsMaybeDiscountedFee }) => txsMaybeDiscountedFee.baseFee);
    expect(fees).toEqual(expect.arrayContaining([null, 100n, 200n]));
    expect(stages.some((list) => list.length > 1)).toBe(true);
    expect(stages.flat().some((stage) => stage.length > 1)).toBe(true);
    expect(stages.flat(2).some((cluster) => cluster.length > 1)).toBe(true);
    expect(ledgers.some(({ truth }) => truth.transactions.length === 0)).toBe(true);
  });

  it('list results in another order than the transaction set', () => {
    const reordered = decoded.filter((wire, index) => {
      const named = bodyOf(wire).txProcessing.map(({ result }) => hex(result.transactionHash));
      return recomputed[index]?.transactionHashes.join() !== named.join();
    });
    expect(reordered.length).toBeGreaterThan(1_000);
  });

  it('say what each successful path payment took and gave, in its trades', () => {
    const trades = Map.groupBy(
      truths().flatMap((truth) => truth.trades),
      ({ operationId }) => operationId,
    );
    const converted = payments().filter(
      ({ succeeded, type }) => succeeded && type.startsWith('path_payment'),
    );
    for (const { operationId, sourceAsset, destAsset, sentAmount, deliveredAmount } of converted) {
      const claims = trades.get(operationId) ?? [];
      const leading = claims.slice(
        0,
        lengthWhile(claims, ({ boughtAsset }) => boughtAsset === sourceAsset),
      );
      const closing = claims.toReversed().slice(
        0,
        lengthWhile(claims.toReversed(), ({ soldAsset }) => soldAsset === destAsset),
      );
      const taken = sum(leading.map(({ boughtAmount }) => boughtAmount));
      const given = sum(closing.map(({ soldAmount }) => soldAmount));
      const through = claims.length === 0 ? [deliveredAmount, sentAmount] : [taken, given];
      expect([sentAmount, deliveredAmount]).toEqual(through);
    }
  });
});

function encode(wire: LedgerCloseMetaWire | undefined): Uint8Array {
  if (wire === undefined) throw new Error('The ledger was not decoded.');
  return LedgerCloseMeta.schema.encode(wire);
}

function phasesOf(wire: LedgerCloseMetaWire) {
  return wire.v === 0 ? [] : (wire.v === 1 ? wire.v1.txSet : wire.v2.txSet).v1TxSet.phases;
}

function lengthWhile<T>(list: readonly T[], holds: (item: T) => boolean): number {
  const end = list.findIndex((item) => !holds(item));
  return end === -1 ? list.length : end;
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
