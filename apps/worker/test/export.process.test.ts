import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { listLakeMarks } from '@stellar-insights/db/facts-lakes';
import { eventually, type TestProgram } from '@stellar-insights/devstack/testing';
import { seed, test } from '@stellar-insights/devstack/vitest';
import { openSource } from '@stellar-insights/ledger/sources';
import { Random } from '@stellar-insights/simnet/testing';
import { expect } from 'vitest';
import { ingestRange } from '../src/ingestion/ingest-range.ts';
import { chunksIn, lakeFiles, lakeFolder, openLake, urlOf } from './support/facts-lakes.ts';
import { insights, range, startInsights } from './support/insights.ts';
import { setStage } from './support/stage.ts';
import { answers, CLEAN_STOP, startWorker } from './support/worker.ts';

const full = process.env['TEST_FULL'] === '1';
const KILLS = full ? 12 : 1;
const CHUNK = 20;
const CHUNKS = full ? 40 : 5;
/** Behind the last whole chunk there are five more. */
const LEDGERS = CHUNKS * CHUNK + 5;

const { signal } = new AbortController();

/** Starts an exporter again and again, and kills each amid a chunk. */
async function killAmidChunks(
  folder: string,
  name: string,
  start: () => Promise<TestProgram>,
): Promise<void> {
  const random = new Random(`${name} ${seed()}`);
  for (let kill = 0; kill < KILLS; kill++) {
    const exporter = await start();
    const chunks = Math.min((await chunksIn(folder)) + random.integer(0, 2), CHUNKS - 1);
    await eventually(
      async () => {
        expect(await chunksIn(folder)).toBeGreaterThanOrEqual(chunks);
        // Unless it is faster than this look, it writes another one.
        if ((await chunksIn(folder)) < CHUNKS) {
          expect(await readdir(join(folder, '.staging'))).not.toEqual([]);
        }
      },
      { everyMs: 2 },
    );
    await exporter.stop('SIGKILL');
  }
}

test('exporters that are killed at random write the same lake, from the database by the task and from a source by the command', async ({
  database,
  redis,
}) => {
  const { db, lake: source, env } = await setStage(database, redis, LEDGERS);
  await source.publish(LEDGERS);
  const { first, last } = source;
  const stored = { range: { from: first, to: last }, networkPassphrase: undefined };
  const opened = openSource({ lake: source.folder });
  await ingestRange({ db, source: opened, ...stored, onLedger: () => undefined }, signal);
  const [byTask, byCommand] = [await lakeFolder(), await lakeFolder()];
  const toLake = ['--lake', source.folder, '--facts-lake', byCommand];
  const short = await insights(['export', ...range(first, first + CHUNK), ...toLake]);
  expect(short).toMatchObject({ code: 1, stderr: expect.stringContaining('no_whole_chunk') as string });
  expect(await lakeFiles(byCommand)).toStrictEqual({});
  const settings = { networkPassphrase: source.passphrase, ledgersPerChunk: CHUNK };
  await openLake(byTask, settings);
  await openLake(byCommand, settings);

  const workerEnv = { ...env, WORKER_ROLES: 'export', FACTS_LAKE_URL: urlOf(byTask) };
  const command = ['export', ...range(first, last), ...toLake];
  await Promise.all([
    killAmidChunks(byTask, 'task', () => startWorker(workerEnv)),
    killAmidChunks(byCommand, 'command', () => startInsights(command)),
  ]);
  const [worker, ended] = await Promise.all([startWorker(workerEnv), insights([...command, '--json'])]);
  await eventually(async () => expect(await chunksIn(byTask)).toBe(CHUNKS));
  expect(ended.code).toBe(0);
  expect(JSON.parse(ended.stdout)).toMatchObject({
    from: first,
    to: last,
    not_exported: [{ from: last - 4, to: last }],
  });
  const files = await lakeFiles(byTask);
  expect(Object.keys(files)).toHaveLength(1 + CHUNKS * 10);
  expect(await lakeFiles(byCommand)).toStrictEqual(files);

  const awaited = `"waiting_for":"ledger ${last - 5 + CHUNK}, with which ledgers ${last - 4} to ${last - 5 + CHUNK} can be`;
  await answers(worker, '/health/ready', 200, new RegExp(`"status":"ready".*${awaited}`));
  const metrics = await (await worker.get('/metrics')).text();
  expect(metrics).toMatch(/^insights_export_pending_chunks\{process="worker"\} 0$/m);
  expect(await db.run(listLakeMarks)).toStrictEqual([{ url: urlOf(byTask), completeBefore: last - 4 }]);
  expect(await worker.stop()).toEqual(CLEAN_STOP);
  const verify = ['verify', ...range(first, last), '--facts-lake', urlOf(byTask), '--json'];
  expect(JSON.parse((await insights(verify, env)).stdout)).toMatchObject({
    equal: true,
    facts_lake: { chunks: CHUNKS, missing: [], differences: [] },
  });
});
