/** A thread that loads the chunks that it is sent, each answered by an empty message, as one of a worker does. */
import { parentPort } from 'node:worker_threads';
import { connectDatabase, type Database } from '@stellar-insights/db';
import { loadChunk, type ChunkRef } from '@stellar-insights/db/backfill';
import { ledgersOf, type Lake } from '../backfill/stage.ts';

export interface ChunkMessage {
  readonly url: string;
  readonly lake: Lake;
  readonly chunk: ChunkRef;
}

let connected: { readonly url: string; readonly db: Database } | undefined;

parentPort?.on('message', (message: ChunkMessage | null) => {
  void (message === null ? close() : load(message)).then(() => parentPort?.postMessage(null, []));
});

async function load({ url, lake, chunk }: ChunkMessage): Promise<void> {
  connected ??= { url, db: connectDatabase(url, { applicationName: 'bench', max: 2 }) };
  await loadChunk(connected.db, chunk, { source: (from) => ledgersOf({ ...lake, last: chunk.last }, from) });
}

/** The database is about to be dropped. */
async function close(): Promise<void> {
  await connected?.db[Symbol.asyncDispose]();
  connected = undefined;
}
