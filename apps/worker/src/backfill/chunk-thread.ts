/** The program of a thread that loads chunks, one at a time: its own source, decoder and connections. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { connectDatabase } from '@stellar-insights/db';
import { BackfillEndedError, loadChunk, readBackfill } from '@stellar-insights/db/backfill';
import { LedgerDecoder, openSource, readLedgers, type DecodeOutcome } from '@stellar-insights/ledger/sources';
import type { Chunk, ChunkOutcome } from './chunk.ts';
import { errorFacts, type FromThread, type ThreadData, type ToThread } from './thread-messages.ts';

/** A commit, and the names of the next one. */
const CONNECTIONS = 2;
/** Batches of a lake that are read ahead: memory holds as many. */
const PREFETCH = 4;
/** Outcomes that nobody needs to hear of one by one. */
const USUAL = new Set<DecodeOutcome>(['read', 'compared', 'decoded']);

if (parentPort === null) throw new TypeError('found no parent, expected to be started as a thread');
const port: MessagePort = parentPort;
const { database, source: location, decoder: by, retentionDays } = workerData as ThreadData;

const db = connectDatabase(database, { applicationName: 'insights-backfill', max: CONNECTIONS });
let decoded: Partial<Record<DecodeOutcome, number>> = {};
const decoder = new LedgerDecoder({
  by,
  onDecoded: (outcome, ledger, cause) => {
    decoded[outcome] = (decoded[outcome] ?? 0) + 1;
    if (USUAL.has(outcome)) return;
    send({ type: 'remark', outcome, ledger, ...(cause === undefined ? {} : { cause: messageOf(cause) }) });
  },
});
let stopping = new AbortController();

port.on('message', (message: ToThread) => {
  if (message.type === 'stop') stopping.abort(new Error('the chunk was stopped'));
  else if (message.type === 'end') void end();
  else void answer(message.chunk);
});

async function answer(chunk: Chunk): Promise<void> {
  const { signal } = (stopping = new AbortController());
  try {
    send({ type: 'ended', outcome: await load(chunk, signal) });
  } catch (error) {
    if (signal.aborted) send({ type: 'ended', outcome: { done: false, ledgers: 0, transactions: 0 } });
    else send({ type: 'failed', error: errorFacts(error) });
  }
}

async function load(chunk: Chunk, signal: AbortSignal): Promise<ChunkOutcome> {
  const { backfill: id, last: to } = chunk;
  const backfill = await readBackfill(db, id);
  if (backfill === null) throw new BackfillEndedError(id);
  const { networkPassphrase } = backfill;
  // Opened anew for each chunk, so that what a source remembers of a fault is forgotten.
  const source = openSource(location, { prefetch: PREFETCH });
  return loadChunk(db, chunk, {
    source: (from) => readLedgers(source, { from, to, networkPassphrase, decoder }, signal),
    retentionDays,
    signal,
    onBatch: (loaded) => {
      send({ type: 'batch', loaded, decoded });
      decoded = {};
    },
  });
}

/** Without a listener and connections, the thread has nothing to wait for. */
async function end(): Promise<void> {
  await db[Symbol.asyncDispose]();
  port.close();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function send(message: FromThread): void {
  port.postMessage(message);
}
