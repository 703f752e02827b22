import { connectDatabase, type Database } from '@stellar-insights/db';
import { createBackfill, publishPart, readBackfillParts } from '@stellar-insights/db/backfill';
import { ensurePartitions } from '@stellar-insights/db/partitions';
import { copyFiles } from '@stellar-insights/db/testing';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { cpuOf } from '../cpu-times.ts';
import { copyCommand, psql } from '../ingest/psql.ts';
import { ledgersOf, newDatabase, TRANSACTIONS, type Stage } from './stage.ts';
import type { LoadingThreads } from './threads.ts';

const FILE_LEDGERS = 200;
const CHUNK_LEDGERS = 100;

/** What it cost to store the ledgers of the stage once. */
export interface Cost {
  readonly wallMs: number;
  /** CPU time. */
  readonly nodeMs: number;
  readonly postgresMs: number;
  readonly transactions: number;
}

/** From the lake to what readers see: a part is indexed while the next one is loaded. */
export async function backfill(stage: Stage, threads: LoadingThreads): Promise<Cost> {
  const url = await newDatabase(stage, 'backfilled');
  await using db = connectDatabase(url, { applicationName: 'bench', max: 2 });
  const { server: _, ...lake } = stage;
  return await measured(db, stage, async () => {
    const { id } = (await createBackfill(db, { ...lake, chunkLedgers: CHUNK_LEDGERS })).backfill;
    const parts = await readBackfillParts(db, id);
    const left = new Map(parts.map(({ first, chunks }) => [first, chunks.length]));
    const published: Promise<unknown>[] = [];
    const chunks = parts.flatMap((part) =>
      part.chunks.map((chunk) => ({ url, lake, chunk: { backfill: id, ...chunk } })),
    );
    await threads.load(chunks, ({ chunk }) => {
      const part = parts.find(({ first, last }) => first <= chunk.first && chunk.first <= last)?.first ?? 0;
      const rest = (left.get(part) ?? 0) - 1;
      left.set(part, rest);
      if (rest === 0) published.push(publishPart(db, { backfill: id, first: part }));
    });
    await Promise.all(published);
  });
}

/** The same rows, ready in files, into the same tables with their indexes. */
export async function bareCopy(stage: Stage, file: string): Promise<Cost> {
  const url = await newDatabase(stage, 'copied');
  await using db = connectDatabase(url, { applicationName: 'bench', max: 2 });
  await ensurePartitions(db, stage.first);
  const commands: string[] = [];
  for await (const part of inParts(stage)) {
    for (const rows of await copyFiles(db, part, 'facts')) {
      commands.push(await copyCommand(rows, `${file}-${commands.length}`));
    }
  }
  return await measured(db, stage, () => psql(url, commands));
}

/** What Node does without the database: reading, unpacking, decoding, and encoding rows. */
export async function encodeOnly(stage: Stage): Promise<Cost> {
  const url = await newDatabase(stage, 'encoded');
  await using db = connectDatabase(url, { applicationName: 'bench', max: 2 });
  const encode = async (): Promise<void> => {
    for await (const part of inParts(stage)) await copyFiles(db, part, 'facts');
  };
  // All names are known then.
  await encode();
  return await measured(db, stage, encode);
}

async function* inParts(stage: Stage): AsyncGenerator<LedgerFacts[], void, undefined> {
  let part: LedgerFacts[] = [];
  for await (const facts of ledgersOf(stage, stage.first)) {
    part.push(facts);
    if (part.length < FILE_LEDGERS && facts.header.sequence < stage.last) continue;
    yield part;
    part = [];
  }
}

async function measured(db: Database, { first, last }: Stage, work: () => Promise<void>): Promise<Cost> {
  await db.run(({ sql }) => sql`checkpoint`);
  const { result, nodeMs, postgresMs } = await cpuOf(db, async () => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  });
  return { wallMs: result, nodeMs, postgresMs, transactions: (last - first + 1) * TRANSACTIONS };
}
