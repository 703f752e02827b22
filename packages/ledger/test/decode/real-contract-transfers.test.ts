import type { ContractTransferFact } from '@stellar-insights/ledger';
import { decodeLedger } from '@stellar-insights/ledger/decode';
import { openSource, type RawLedger } from '@stellar-insights/ledger/sources';
import { Asset, humanizeEvents } from '@stellar/stellar-sdk/base';
import { ContractEvent, LedgerCloseMeta } from '@stellar/stellar-sdk/xdr';
import { describe, expect, it } from 'vitest';
import { moreLedgers, moreLedgersAbsent, moreLedgersLake } from '../../../../test/more-ledgers.ts';
import { PUBNET, realLedgers, realLedgersAbsent } from '../../../../test/real-ledgers.ts';

/* The SDK's own classes decode the events; a ledger's transfers are counted from these alone. */

describe('transfers by the contracts of assets are those of the events that the SDK decodes', () => {
  it.skipIf(realLedgersAbsent)('in real pubnet ledgers', () => {
    for (const raw of realLedgers()) expect(decoded(raw, PUBNET)).toStrictEqual(read(raw, PUBNET));
  });

  it.skipIf(moreLedgersAbsent)(
    'in genuine ledgers of other networks and protocols',
    { timeout: 60_000 },
    async () => {
      const counts = new Map<string, number>();
      for (const answer of moreLedgers().filter(({ lake }) => !lake.startsWith('tampered'))) {
        const raw = await ledgerOf(moreLedgersLake(answer), answer.ledger);
        const transfers = decoded(raw, answer.passphrase);
        expect(transfers).toStrictEqual(read(raw, answer.passphrase));
        counts.set(answer.lake, (counts.get(answer.lake) ?? 0) + transfers.length);
      }
      expect(counts.get('loadtest-p22-46')).toBe(1000);
      // Its contracts publish 12,400 events, and move no asset.
      expect(counts.get('standalone-p25-10048-10057')).toBe(0);
    },
  );

  it.skipIf(moreLedgersAbsent)(
    'and the ledger says so by a hash, unless its source changed them',
    async () => {
      const [answer] = moreLedgers().filter(({ lake }) => lake === 'loadtest-p22-46');
      if (answer === undefined) throw new RangeError('found no answer for the ledger of a load test');
      const raw = await ledgerOf(moreLedgersLake(answer), answer.ledger);
      const before = decodeLedger(raw, answer.passphrase).contractTransfers;
      expect(before.every(({ isHashed, succeeded }) => isHashed && succeeded)).toBe(true);

      const after = decodeLedger(withAnotherAmount(raw), answer.passphrase).contractTransfers;
      const changed = after.filter((fact, index) => fact.amount !== before[index]?.amount);
      expect(changed).toHaveLength(1);
      const marked = after.filter(({ isHashed }) => !isHashed);
      // All that the call moved, since its events have one hash.
      expect(marked.map(({ operationId }) => operationId)).toStrictEqual(
        Array.from({ length: 10 }, () => changed[0]?.operationId),
      );
    },
  );
});

type Row = Pick<ContractTransferFact, 'type' | 'order'> & Readonly<Record<string, unknown>>;

async function ledgerOf(lake: string, ledger: number): Promise<RawLedger> {
  const source = openSource({ lake });
  for await (const raw of source.ledgers({ from: ledger, to: ledger }, new AbortController().signal))
    return raw;
  throw new RangeError(`found no ledger ${ledger} in ${lake}`);
}

/** Failed ones have no events. */
function decoded(raw: RawLedger, passphrase: string): Row[] {
  return decodeLedger(raw, passphrase)
    .contractTransfers.filter(({ succeeded }) => succeeded)
    .map(({ transactionHash: tx, type, order, contract, asset, from, to, amount }) => ({
      tx,
      type,
      order,
      contract,
      asset,
      from,
      to,
      amount,
    }));
}

function read({ bytes }: RawLedger, passphrase: string): Row[] {
  const wire = LedgerCloseMeta.schema.decode(bytes);
  const { txProcessing } = wire.v === 0 ? wire.v0 : wire.v === 1 ? wire.v1 : wire.v2;
  return txProcessing.flatMap(({ result, txApplyProcessing: meta }) => {
    const events =
      meta.v === 3
        ? (meta.v3.sorobanMeta?.events ?? [])
        : meta.v === 4 && meta.v4.sorobanMeta !== null
          ? meta.v4.operations.flatMap((operation) => operation.events)
          : [];
    return humanizeEvents(events.map((event) => ContractEvent.fromXdrObject(event)))
      .filter(({ contractId, topics }) => contractId === contractOf(String(topics.at(-1)), passphrase))
      .filter(({ topics: [type] }) => type === 'transfer')
      .map(({ contractId, topics: [type, from, to, asset], data }, order) => {
        const tx = Buffer.from(result.transactionHash).toString('hex');
        return { tx, type, order, contract: contractId, asset, from, to, amount: data };
      });
  });
}

/** Null if the text names no asset. */
function contractOf(asset: string, passphrase: string): string | null {
  const [code = '', issuer] = asset.split(':');
  if (asset !== 'native' && issuer === undefined) return null;
  return (asset === 'native' ? Asset.native() : new Asset(code, issuer)).contractId(passphrase);
}

/** The first amount of an event, plus 1: no hash of the ledger covers where it stands. */
function withAnotherAmount(raw: RawLedger): RawLedger {
  const wire = LedgerCloseMeta.schema.decode(raw.bytes);
  const processing = wire.v === 1 ? wire.v1.txProcessing : [];
  const events = processing.flatMap(({ txApplyProcessing: meta }) =>
    meta.v === 3 ? (meta.v3.sorobanMeta?.events ?? []) : [],
  );
  const data = events[0]?.body.v0.data;
  if (data?.type !== 10) throw new RangeError('found no event with an amount');
  data.i128.lo += 1n;
  return { ...raw, bytes: LedgerCloseMeta.schema.encode(wire) };
}
