import { createHash } from 'node:crypto';
import type { ContractTransferFact, LedgerFacts } from '@stellar-insights/ledger';
import { createNetwork, HISTORY } from '@stellar-insights/simnet';
import {
  InvokeHostFunctionSuccessPreImage,
  LedgerCloseMeta,
  type LedgerCloseMetaWire,
} from '@stellar/stellar-sdk/xdr';
import { beforeAll, describe, expect, it } from 'vitest';
import { CONTRACT_TRANSFER_REASONS } from './expected-outcomes.ts';
import { bodyOf } from './recomputed-hashes.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Protocol 22 is the longest: in some of its ledgers a node that replays them has changed the events. */
const FIRST_LEDGERS: Readonly<Record<number, number>> = { 20: 0, 22: 60, 23: 360, 28: 430 };
const ERAS = HISTORY.flatMap((era) => {
  const from = FIRST_LEDGERS[era.protocol];
  return from === undefined ? [] : [{ ...era, from }];
});

describe('the contract calls of 480 ledgers from protocol 20 to 28', () => {
  const truths: LedgerFacts[] = [];
  const decoded: LedgerCloseMetaWire[] = [];
  const transfers: ContractTransferFact[] = [];

  beforeAll(() => {
    const options = { passphrase: 'Simulated Network', startLedger: 100, startTime: Date.UTC(2026, 0, 1) };
    const network = createNetwork({ seed: 'contract calls', ...options, eras: ERAS });
    for (let count = 0; count < 480; count += 1) {
      const { bytes, truth } = network.closeLedger();
      truths.push(truth);
      decoded.push(LedgerCloseMeta.schema.decode(bytes));
      transfers.push(...truth.contractTransfers);
    }
  });

  it.each(Object.entries(CONTRACT_TRANSFER_REASONS))(
    'have every failure of a %s by the contract of an asset, and success',
    (type, expected) => {
      const facts = transfers.filter((fact) => fact.type === type);
      const reasons = facts.flatMap(({ failure }) => failure?.reason ?? []);
      expect([...new Set(reasons)]).toEqual(expect.arrayContaining([...expected]));
      expect(facts.some(({ succeeded }) => succeeded)).toBe(true);
    },
  );

  it('have contracts that pay and are paid, several times in one call, and muxed accounts since protocol 23', () => {
    const moved = transfers.filter(({ type, succeeded }) => type === 'transfer' && succeeded);
    const ways = moved.map(({ from, to }) => `${from?.charAt(0)} ${to?.charAt(0)}`);
    expect(new Set(ways)).toEqual(new Set(['G G', 'G C', 'C G', 'C C']));
    expect(moved.some(({ order }) => order > 1)).toBe(true);
    const muxed = new Set(moved.filter(({ toMuxedId }) => toMuxedId !== null).map(({ ledger }) => ledger));
    const protocols = truths.flatMap(({ header }) =>
      muxed.has(header.sequence) ? header.protocolVersion : [],
    );
    expect(Math.min(...protocols)).toBeGreaterThanOrEqual(23);
  });

  it('have contract calls whose result is the hash of what they published, unless a node has replayed them', () => {
    const covered = new Map(decoded.flatMap((wire) => bodyOf(wire).txProcessing.flatMap(hashedCall)));
    expect(covered.size).toBeGreaterThan(100);
    const succeeded = transfers.filter((fact) => fact.succeeded);
    expect(succeeded.map(({ isHashed }) => isHashed)).toEqual(
      succeeded.map(({ transactionHash }) => covered.get(transactionHash)),
    );
    const changed = new Set(succeeded.filter(({ isHashed }) => !isHashed).map(({ ledger }) => ledger));
    const protocols = truths.flatMap(({ header }) =>
      changed.has(header.sequence) ? header.protocolVersion : [],
    );
    expect(new Set(protocols)).toEqual(new Set([22]));
  });

  it('have events of payments, which are no contract calls', () => {
    const events = decoded.flatMap((wire) =>
      bodyOf(wire).txProcessing.flatMap(({ txApplyProcessing: meta }) =>
        meta.v === 4 && meta.v4.sorobanMeta === null ? meta.v4.operations.flatMap((one) => one.events) : [],
      ),
    );
    expect(events.length).toBeGreaterThan(1_000);
  });
});

type ResultMeta = ReturnType<typeof bodyOf>['txProcessing'][number];

/** Of a contract call that succeeded: its transaction, and whether the result is the hash of its output. Else nothing. */
function hashedCall({ result: pair, txApplyProcessing: meta }: ResultMeta): [string, boolean][] {
  const { result } = pair.result;
  const inner = 'innerResultPair' in result ? result.innerResultPair.result.result : result;
  const [own] = 'results' in inner ? inner.results : [];
  const call = own?.code === 0 && own.tr.type === 24 ? own.tr.invokeHostFunctionResult : undefined;
  if (call?.code !== 0) return [];
  const output =
    meta.v === 3
      ? meta.v3.sorobanMeta
      : meta.v === 4
        ? { returnValue: meta.v4.sorobanMeta?.returnValue, events: meta.v4.operations[0]?.events }
        : null;
  if (!output?.returnValue || !output.events) throw new Error('A contract call has no output.');
  const { returnValue, events } = output;
  const preimage = InvokeHostFunctionSuccessPreImage.schema.encode({ returnValue, events });
  const hash = createHash('sha256').update(preimage).digest('hex');
  return [[hex(pair.transactionHash), hash === hex(call.success)]];
}
