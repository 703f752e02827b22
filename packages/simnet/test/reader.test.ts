import type { LedgerSequence } from '@stellar-insights/ledger';
import { LedgerDecoder } from '@stellar-insights/ledger/sources';
import { seed } from '@stellar-insights/devstack/vitest';
import { createNetwork, HISTORY } from '@stellar-insights/simnet';
import { expect, it } from 'vitest';

const PASSPHRASE = 'Simulated Network';
const LEDGERS = process.env['TEST_FULL'] ? 20_000 : 125;

it(
  `the fast reader has the facts of the SDK, of ${LEDGERS} simulated ledgers from protocol 12 to 28`,
  { timeout: 3_600_000 },
  async () => {
    const outcomes = new Map<string, number>();
    const decoder = new LedgerDecoder({
      compareEvery: 1,
      onDecoded: (outcome) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1),
    });
    const decode = await decoder.forNetwork(PASSPHRASE);
    const eras = HISTORY.map((era) => ({ ...era, from: era.from / 16 }));
    const start = { startLedger: 100, startTime: Date.UTC(2026, 0, 1) };
    const network = createNetwork({ seed: String(seed()), passphrase: PASSPHRASE, eras, ...start });
    for (let closed = 0; closed < LEDGERS; closed++) {
      const { sequence, bytes, truth } = network.closeLedger();
      const facts = decode({ sequence: sequence as LedgerSequence, bytes, origin: 'simnet' });
      expect(facts.transactions).toHaveLength(truth.transactions.length);
    }
    expect(Object.fromEntries(outcomes)).toEqual({ compared: LEDGERS });
  },
);
