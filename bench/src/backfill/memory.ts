import { connectDatabase, type Database } from '@stellar-insights/db';
import { createBackfill, loadChunk, publishPart, readBackfillParts } from '@stellar-insights/db/backfill';
import type { Hash, LedgerFacts, LedgerSequence } from '@stellar-insights/ledger';
import { GeneratedLedgers } from '../ingest/generated-ledgers.ts';
import type { Measurement } from '../measurement.ts';
import { ledgersOf, newDatabase, PARTITION, type Stage } from './stage.ts';

const SMALL = { ledgers: 100_000, transactions: 5 };
const REAL_SIZED = 5000;
const MB = 1_000_000;

/** How much memory this process takes while it loads many ledgers: as much at the end as at the beginning. */
export async function measureMemory(stage: Stage): Promise<Measurement[]> {
  const small = await peaks(stage, async (db, onBatch) => {
    const first = 2 * PARTITION;
    const { id } = (await createBackfill(db, { first, last: first + SMALL.ledgers - 1 })).backfill;
    const ledgers = (from: number) => endless(new GeneratedLedgers(from, SMALL.transactions));
    for (const part of await readBackfillParts(db, id)) {
      for (const chunk of part.chunks) {
        await loadChunk(db, { backfill: id, ...chunk }, { source: ledgers, onBatch });
      }
      await publishPart(db, { backfill: id, first: part.first });
    }
  });
  const realSized = await peaks(stage, async (db, onBatch) => {
    const range = { first: PARTITION, last: PARTITION + REAL_SIZED - 1 };
    const { id } = (await createBackfill(db, range)).backfill;
    for (const { chunks } of await readBackfillParts(db, id)) {
      for (const chunk of chunks) {
        const source = (from: number) => again(stage, from);
        await loadChunk(db, { backfill: id, ...chunk }, { source, onBatch });
      }
    }
  });
  return [
    row(`memory over ${SMALL.ledgers} small ledgers, second half against first`, small),
    row(`memory over ${REAL_SIZED} real-sized ledgers, second half against first`, realSized),
  ];
}

interface Peaks {
  readonly first: number;
  readonly second: number;
}

function row(what: string, { first, second }: Peaks): Measurement {
  const note = `at most ${(Math.max(first, second) / MB).toFixed(0)} MB, all of this process`;
  return { what, value: second / first, unit: '×', limit: 1.15, note };
}

/** The most memory of the process in both halves of its batches. */
async function peaks(
  stage: Stage,
  work: (db: Database, onBatch: () => void) => Promise<void>,
): Promise<Peaks> {
  await using db = connectDatabase(await newDatabase(stage, 'memory'), { applicationName: 'bench', max: 2 });
  const samples: number[] = [];
  await work(db, () => samples.push(process.memoryUsage.rss()));
  const half = samples.length >> 1;
  // It grows until everything has been used once.
  const warm = samples.slice(Math.floor(half / 4), half);
  return { first: Math.max(...warm), second: Math.max(...samples.slice(half)) };
}

async function* endless(ledgers: GeneratedLedgers): AsyncGenerator<LedgerFacts, void, undefined> {
  for (;;) yield* ledgers.take(100);
}

/** The ledgers of the lake that lie in one partition, again and again, under other numbers. Their rows repeat: no index could be built. */
async function* again(stage: Stage, from: number): AsyncGenerator<LedgerFacts, void, undefined> {
  for (let sequence = from; ;) {
    for await (const facts of ledgersOf(stage, PARTITION)) {
      yield { ...facts, header: { ...facts.header, ...numbered(sequence) } };
      sequence++;
    }
  }
}

function numbered(sequence: number): Pick<LedgerFacts['header'], 'sequence' | 'hash' | 'previousHash'> {
  const hashOf = (ledger: number) => ledger.toString(16).padStart(64, '0') as Hash;
  return { sequence: sequence as LedgerSequence, hash: hashOf(sequence), previousHash: hashOf(sequence - 1) };
}
