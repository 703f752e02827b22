import { createHash } from 'node:crypto';
import {
  extractBaseAddress,
  FeeBumpTransaction,
  getLiquidityPoolId,
  LiquidityPoolAsset,
  TransactionBuilder,
  type Asset,
  type OperationRecord,
} from '@stellar/stellar-sdk/base';
import { LedgerCloseMeta, TransactionEnvelope, type TransactionEnvelopeWire } from '@stellar/stellar-sdk/xdr';
import type {
  ClawbackFact,
  LedgerFacts,
  LedgerSequence,
  PoolOperationFact,
  TrustlineOperationFact,
} from '@stellar-insights/ledger';
import { decodeLedger } from '@stellar-insights/ledger/decode';
import { openSource, type RawLedger } from '@stellar-insights/ledger/sources';
import { createNetwork, HISTORY } from '@stellar-insights/simnet';
import { describe, expect, it } from 'vitest';
import { moreLedgers, moreLedgersAbsent, moreLedgersLake } from '../../../test/more-ledgers.ts';
import { PUBNET, realLedgers, realLedgersAbsent } from '../../../test/real-ledgers.ts';
import { bodyOf, recompute } from './recomputed-hashes.ts';

/* The SDK's own classes read the envelopes: operations on trustlines and pools, and clawbacks, are compared with what they say. */

type Row = Readonly<Record<string, unknown>>;

describe('operations on trustlines and pools, and clawbacks, are those that the SDK reads', () => {
  it.skipIf(realLedgersAbsent)('in real pubnet ledgers', () => {
    const rows = realLedgers().flatMap((raw) => compared(raw, PUBNET));
    expect(Map.groupBy(rows, ({ type }) => type).keys()).toContain('allow_trust');
    expect(rows.length).toBeGreaterThan(15);
  });

  it.skipIf(moreLedgersAbsent)('in genuine ledgers of other networks and protocols', async () => {
    const rows: Row[] = [];
    // The standalone ones are many payments and nothing else.
    const genuine = moreLedgers().filter(({ lake }) => !/^(tampered|standalone)/.test(lake));
    for (const answer of genuine) {
      const range = { from: answer.ledger, to: answer.ledger };
      const source = openSource({ lake: moreLedgersLake(answer) });
      for await (const raw of source.ledgers(range, new AbortController().signal)) {
        rows.push(...compared(raw, answer.passphrase));
      }
    }
    expect(rows.length).toBeGreaterThan(5);
  });

  it('in simulated ledgers from protocol 12 to 28', () => {
    const passphrase = 'Simulated Network';
    const eras = HISTORY.map((era) => ({ ...era, from: era.from / 16 }));
    const start = { startLedger: 100, startTime: Date.UTC(2026, 0, 1) };
    const network = createNetwork({ seed: 'sdk operations', passphrase, eras, ...start });
    const rows = Array.from({ length: 125 }, () => network.closeLedger()).flatMap(({ sequence, bytes }) =>
      compared({ sequence: sequence as LedgerSequence, bytes, origin: 'simnet' }, passphrase),
    );
    expect(new Set(rows.map(({ type }) => type))).toStrictEqual(
      new Set([
        'change_trust',
        'allow_trust',
        'set_trust_line_flags',
        'liquidity_pool_deposit',
        'liquidity_pool_withdraw',
        'clawback',
        'clawback_claimable_balance',
      ]),
    );
    expect(rows.some(({ pool_assets: assets }) => Array.isArray(assets))).toBe(true);
  });
});

/** The rows of a ledger, of which there are equally many, and equal ones, by the decoder and by the SDK. */
function compared(raw: RawLedger, passphrase: string): Row[] {
  const facts: LedgerFacts = decodeLedger(raw, passphrase);
  const decoded = [
    ...facts.trustlineOperations.map(trustlineRow),
    ...facts.poolOperations.map(poolRow),
    ...facts.clawbacks.map(clawbackRow),
  ];
  const read = sdkRows(raw, passphrase);
  const sorted = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(row)).toSorted();
  expect(sorted(decoded)).toStrictEqual(sorted(read));
  return read;
}

function trustlineRow(fact: TrustlineOperationFact): Row {
  const { setFlags, clearFlags } = fact;
  const flag = (bit: number) => ((setFlags ?? 0) & bit ? true : (clearFlags ?? 0) & bit ? false : null);
  return {
    tx: fact.transactionHash,
    op_index: Number(fact.operationId & 0xfffn),
    type: fact.type,
    source: fact.account,
    trustor: fact.trustor,
    asset: fact.asset,
    pool: fact.pool,
    pool_assets: fact.poolAssets,
    limit: fact.limit === null ? null : fact.limit.toString(),
    flags: fact.type === 'set_trust_line_flags' ? [flag(1), flag(2), flag(4)] : null,
    authorize: fact.type === 'allow_trust' ? setFlags : null,
    succeeded: fact.succeeded,
  };
}

function poolRow(fact: PoolOperationFact): Row {
  return {
    tx: fact.transactionHash,
    op_index: Number(fact.operationId & 0xfffn),
    type: fact.type,
    source: fact.account,
    pool: fact.pool,
    shares: fact.shares === null ? null : fact.shares.toString(),
    limits: [fact.limitA.toString(), fact.limitB.toString()],
    succeeded: fact.succeeded,
  };
}

function clawbackRow(fact: ClawbackFact): Row {
  return {
    tx: fact.transactionHash,
    op_index: Number(fact.operationId & 0xfffn),
    type: fact.type,
    source: fact.account,
    from: fact.from,
    asset: fact.asset,
    amount: fact.amount === null ? null : fact.amount.toString(),
    balance: fact.balanceId,
    succeeded: fact.succeeded,
  };
}

function sdkRows({ bytes }: RawLedger, passphrase: string): Row[] {
  const wire = LedgerCloseMeta.schema.decode(bytes);
  const networkId = createHash('sha256').update(passphrase).digest();
  const { envelopes, transactionHashes } = recompute(wire, networkId);
  const succeeded = new Map(
    bodyOf(wire).txProcessing.map(({ result: { transactionHash, result } }) => [
      Buffer.from(transactionHash).toString('hex'),
      // Success, and success of the transaction inside a fee bump.
      [0, 1].includes(result.result.code),
    ]),
  );
  return envelopes.flatMap((envelope, place) => {
    const tx = transactionHashes[place] ?? '';
    return operationsOf(envelope, passphrase).flatMap(({ operation, source }, index) => {
      const row = rowOf(operation, source);
      if (row === null) return [];
      const { type, ...rest } = row;
      return [{ tx, op_index: index + 1, type, source, ...rest, succeeded: succeeded.get(tx) }];
    });
  });
}

function operationsOf(envelope: TransactionEnvelopeWire, passphrase: string) {
  const encoded = Buffer.from(TransactionEnvelope.schema.encode(envelope)).toString('base64');
  const parsed = TransactionBuilder.fromXDR(encoded, passphrase);
  const transaction = parsed instanceof FeeBumpTransaction ? parsed.innerTransaction : parsed;
  return transaction.operations.map((operation) => ({
    operation,
    source: extractBaseAddress(operation.source ?? transaction.source),
  }));
}

function rowOf(operation: OperationRecord, source: string): Row | null {
  const none = { pool: null, pool_assets: null, limit: null, flags: null, authorize: null };
  switch (operation.type) {
    case 'changeTrust': {
      const { line } = operation;
      const limit = stroops(operation.limit);
      if (!(line instanceof LiquidityPoolAsset)) {
        const asset = nameOf(line);
        return { type: 'change_trust', trustor: source, asset, ...none, limit };
      }
      const pool = Buffer.from(getLiquidityPoolId('constant_product', line)).toString('hex');
      const assets = [nameOf(line.assetA), nameOf(line.assetB)];
      return {
        type: 'change_trust',
        trustor: source,
        asset: null,
        ...none,
        pool,
        pool_assets: assets,
        limit,
      };
    }
    case 'allowTrust': {
      const { trustor, assetCode, authorize } = operation;
      return { type: 'allow_trust', trustor, asset: `${assetCode}:${source}`, ...none, authorize };
    }
    case 'setTrustLineFlags': {
      const { authorized, authorizedToMaintainLiabilities, clawbackEnabled } = operation.flags;
      const flags = [authorized, authorizedToMaintainLiabilities, clawbackEnabled].map(
        (flag) => flag ?? null,
      );
      const asset = nameOf(operation.asset);
      return { type: 'set_trust_line_flags', trustor: operation.trustor, asset, ...none, flags };
    }
    case 'liquidityPoolDeposit': {
      const limits = [stroops(operation.maxAmountA), stroops(operation.maxAmountB)];
      return { type: 'liquidity_pool_deposit', pool: operation.liquidityPoolId, shares: null, limits };
    }
    case 'liquidityPoolWithdraw': {
      const limits = [stroops(operation.minAmountA), stroops(operation.minAmountB)];
      const shares = stroops(operation.amount);
      return { type: 'liquidity_pool_withdraw', pool: operation.liquidityPoolId, shares, limits };
    }
    case 'clawback': {
      const { from, asset, amount } = operation;
      const taken = { from: extractBaseAddress(from), asset: nameOf(asset), amount: stroops(amount) };
      return { type: 'clawback', ...taken, balance: null };
    }
    case 'clawbackClaimableBalance': {
      // The id's first four bytes are its type.
      const balance = operation.balanceId.slice(8);
      return { type: 'clawback_claimable_balance', from: null, asset: null, amount: null, balance };
    }
    default:
      return null;
  }
}

function nameOf(asset: Asset): string {
  return asset.isNative() ? 'native' : asset.toString();
}

/** The SDK gives units with seven decimals. */
function stroops(amount: string): string {
  return BigInt(amount.replace('.', '')).toString();
}
