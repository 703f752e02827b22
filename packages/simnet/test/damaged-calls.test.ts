import { isDeepStrictEqual } from 'node:util';
import { seed } from '@stellar-insights/devstack/vitest';
import { LedgerError, type LedgerFacts, type LedgerSequence } from '@stellar-insights/ledger';
import { decodeLedger } from '@stellar-insights/ledger/decode';
import { createNetwork, HISTORY, type ClosedLedger } from '@stellar-insights/simnet';
import { Random } from '@stellar-insights/simnet/testing';
import { describe, expect, it } from 'vitest';

const PASSPHRASE = 'Simulated Network';
const DAMAGES = process.env['TEST_FULL'] ? 20_000 : 800;

/** Of protocols 20 to 28, with transfers by contracts that are all hashed. */
function ledgersWithTransfers(): ClosedLedger[] {
  const eras = HISTORY.map((era) => ({ ...era, from: Math.max(0, (era.from - 900) / 16) }));
  const start = { startLedger: 100, startTime: Date.UTC(2026, 0, 1) };
  const network = createNetwork({ seed: 'damaged calls', passphrase: PASSPHRASE, eras, ...start });
  return Array.from({ length: 90 }, () => network.closeLedger()).filter(
    ({ truth: { contractTransfers } }) =>
      contractTransfers.some(({ succeeded }) => succeeded) &&
      contractTransfers.every(({ isHashed }) => isHashed),
  );
}

type End = 'refused' | 'equal' | 'marked' | 'wrong';

/** `marked`: what differs are transfers that are not hashed. */
function endOf({ sequence, truth }: ClosedLedger, bytes: Uint8Array): End {
  let decoded: LedgerFacts;
  try {
    decoded = decodeLedger({ sequence: sequence as LedgerSequence, bytes, origin: 'simnet' }, PASSPHRASE);
  } catch (error) {
    if (error instanceof LedgerError && error.ledger === sequence) return 'refused';
    throw error;
  }
  if (isDeepStrictEqual(decoded, truth)) return 'equal';
  const { contractTransfers } = decoded;
  const hashed = contractTransfers.filter(({ isHashed }) => isHashed);
  const isGenuine = hashed.every((fact) =>
    truth.contractTransfers.some((genuine) => isDeepStrictEqual(fact, genuine)),
  );
  return isGenuine && isDeepStrictEqual(decoded, { ...truth, contractTransfers }) ? 'marked' : 'wrong';
}

/** A place in the ledger; every second one in or just behind the name of an asset, which its events have. */
function anyPlace(random: Random, { bytes, truth }: ClosedLedger): number {
  const { asset } = random.pick(truth.contractTransfers);
  const places = Array.from(Buffer.from(bytes).toString('latin1').matchAll(new RegExp(asset, 'g')));
  if (places.length === 0 || random.chance(0.5)) return random.integer(0, bytes.length - 1);
  return Math.min(random.pick(places).index + random.integer(-120, 100), bytes.length - 1);
}

describe('a damaged ledger with contract calls', () => {
  it(`is refused, or gives equal facts but for transfers that are marked as not hashed, ${DAMAGES} times`, () => {
    const random = new Random(`${seed()}`);
    const ledgers = ledgersWithTransfers();
    expect(ledgers.length).toBeGreaterThan(20);
    const ends = Array.from({ length: DAMAGES }, () => {
      const ledger = random.pick(ledgers);
      const bytes = Uint8Array.from(ledger.bytes);
      const place = anyPlace(random, ledger);
      bytes[place] = (bytes[place] ?? 0) ^ (1 << random.integer(0, 7));
      return endOf(ledger, bytes);
    });
    const counts = Map.groupBy(ends, (end) => end);
    expect(new Set(counts.keys())).toEqual(new Set(['equal', 'marked', 'refused']));
    for (const [end, all] of counts) expect(all.length, end).toBeGreaterThan(DAMAGES / 100);
  });
});
