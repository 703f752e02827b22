import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addPayments,
  emptyBuckets,
  failuresByBlame,
  failuresByReason,
  sortedCorridors,
  wholeTally,
  type CorridorBuckets,
} from '@stellar-insights/analytics';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { openSource, readLedgers } from '@stellar-insights/ledger/sources';
import { createNetwork, HISTORY, writeLake, type CorridorBucketTruth } from '@stellar-insights/simnet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const LEDGERS = 2000;
const FIRST = 1008;

describe(`${LEDGERS} simulated ledgers of every form, through a data lake`, () => {
  const network = createNetwork({
    seed: 'every outcome',
    passphrase: 'Simulated Network ; 2026',
    startLedger: FIRST,
    startTime: Date.UTC(2026, 0, 1),
    eras: HISTORY,
  });
  let lake: string;
  const truth: LedgerFacts[] = [];
  const read: LedgerFacts[] = [];
  let buckets: CorridorBuckets;

  beforeAll(async () => {
    lake = await mkdtemp(join(tmpdir(), 'simulated-lake-'));
    await writeLake(lake, network, {
      ledgers: LEDGERS,
      ledgersPerBatch: 16,
      batchesPerPartition: 10,
      extension: 'zst',
      onLedger: (ledger) => truth.push(ledger.truth),
    });
    buckets = emptyBuckets();
    const range = { from: FIRST, to: FIRST + LEDGERS - 1 };
    for await (const facts of readLedgers(openSource({ lake }), range, new AbortController().signal)) {
      read.push(facts);
      addPayments(buckets, facts.header.closedAt, facts.payments);
    }
  });

  afterAll(() => rm(lake, { recursive: true, force: true }));

  it('are all read', () => {
    expect(read.map(({ header }) => header.sequence)).toEqual(truth.map(({ header }) => header.sequence));
    expect(read).toHaveLength(LEDGERS);
  });

  it.each([
    'header',
    'transactions',
    'payments',
    'claimableBalances',
    'clawbacks',
    'trustlineOperations',
    'poolOperations',
    'trades',
    'contractTransfers',
  ] as const)('give the %s that truly happened', (kind) => {
    for (const [index, facts] of read.entries()) {
      expect(facts[kind]).toStrictEqual(truth[index]?.[kind]);
    }
  });

  it('give the corridor buckets that truly happened', () => {
    const expected = network.buckets();
    expect(new Set(expected.map(({ start }) => start)).size).toBeGreaterThan(10);
    expect(bucketRows(buckets)).toEqual(expected);
  });
});

function bucketRows({ tables }: CorridorBuckets): CorridorBucketTruth[] {
  return [...tables]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([start, table]) =>
      sortedCorridors(table).map((corridor) => {
        const whole = wholeTally(corridor);
        return {
          start,
          sourceAsset: corridor.sourceAsset,
          destAsset: corridor.destAsset,
          attempted: whole.attempts,
          succeeded: whole.successes,
          failed: whole.attempts - whole.successes,
          failures: Object.fromEntries(failuresByReason(whole)),
          blame: Object.fromEntries(failuresByBlame(whole)),
          deliveredStroops: whole.delivered,
          selfAttempted: corridor.self.attempts,
          selfSucceeded: corridor.self.successes,
          selfDeliveredStroops: corridor.self.delivered,
        };
      }),
    );
}
