import { operationId, type PoolId, type TradeFact } from '@stellar-insights/ledger';
import { decodeLedger } from '@stellar-insights/ledger/decode';
import { LedgerCloseMeta, type LedgerEntryWire } from '@stellar/stellar-sdk/xdr';
import { describe, expect, test } from 'vitest';
import { PUBNET, realLedgers, realLedgersAbsent } from '../../../../test/real-ledgers.ts';
import { swapStrictReceive, swapStrictSend } from '../../src/index.ts';

const SEQUENCE = 53_312_000;

interface Reserves {
  readonly a: bigint;
  readonly b: bigint;
  readonly feeBp: number;
}

/** The reserves of the pools that one operation changed. */
interface PoolChanges {
  readonly before: ReadonlyMap<PoolId, Reserves>;
  readonly after: ReadonlyMap<PoolId, Reserves>;
}

/** What an operation has read, or has left, of a pool. */
function poolIn(entry: LedgerEntryWire): [PoolId, Reserves][] {
  if (entry.data.type !== 5) return [];
  const { liquidityPoolId, body } = entry.data.liquidityPool;
  const { params, reserveA, reserveB } = body.constantProduct;
  const id = Buffer.from(liquidityPoolId).toString('hex') as PoolId;
  return [[id, { a: reserveA, b: reserveB, feeBp: params.fee }]];
}

/** The reserves in the meta, which has no hash, by the id of the operation. */
function poolChanges(bytes: Uint8Array): Map<bigint, PoolChanges> {
  const meta = LedgerCloseMeta.schema.decode(bytes);
  if (meta.v !== 1) throw new TypeError(`found meta of version ${meta.v}, expected 1`);
  const changes = new Map<bigint, PoolChanges>();
  for (const [place, { txApplyProcessing }] of meta.v1.txProcessing.entries()) {
    if (txApplyProcessing.v !== 3) throw new TypeError('expected transaction meta of version 3');
    for (const [index, operation] of txApplyProcessing.v3.operations.entries()) {
      changes.set(operationId(SEQUENCE, place + 1, index + 1), {
        before: new Map(operation.changes.flatMap((each) => (each.type === 3 ? poolIn(each.state) : []))),
        after: new Map(operation.changes.flatMap((each) => (each.type === 1 ? poolIn(each.updated) : []))),
      });
    }
  }
  return changes;
}

describe.skipIf(realLedgersAbsent)('the swaps of pools in a real ledger', () => {
  const raw = realLedgers().find(({ sequence }) => (sequence as number) === SEQUENCE);
  if (raw === undefined) return;
  const { trades, payments } = decodeLedger(raw, PUBNET);
  const changes = poolChanges(raw.bytes);
  const types = new Map(payments.map(({ operationId: id, type }) => [id as bigint, type]));
  const swaps = trades.flatMap((trade) =>
    trade.maker.type === 'pool' ? [{ ...trade, pool: trade.maker.pool }] : [],
  );

  function reservesOf({ operationId: id, pool }: TradeFact & { readonly pool: PoolId }) {
    const [before, after] = [changes.get(id)?.before.get(pool), changes.get(id)?.after.get(pool)];
    if (before === undefined || after === undefined) throw new TypeError(`the meta lacks pool ${pool}`);
    return after.a > before.a
      ? { reserveIn: before.a, reserveOut: before.b, feeBp: before.feeBp, after: [after.a, after.b] }
      : { reserveIn: before.b, reserveOut: before.a, feeBp: before.feeBp, after: [after.b, after.a] };
  }

  test('have exactly the amounts that its claim atoms name, from the reserves in its meta', () => {
    const found = swaps.map((swap) => {
      const { after, ...reserves } = reservesOf(swap);
      const isSend = types.get(swap.operationId) === 'path_payment_strict_send';
      const [bought, sold] = isSend
        ? [swap.boughtAmount, swapStrictSend(reserves, swap.boughtAmount)]
        : [swapStrictReceive(reserves, swap.soldAmount), swap.soldAmount];
      return { bought, sold, after };
    });
    const named = swaps.map((swap) => {
      const { reserveIn, reserveOut } = reservesOf(swap);
      const after = [reserveIn + swap.boughtAmount, reserveOut - swap.soldAmount];
      return { bought: swap.boughtAmount, sold: swap.soldAmount, after };
    });
    expect(found.length).toBeGreaterThan(10);
    expect(found).toStrictEqual(named);
  });
});
