import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TableLock } from '@stellar-insights/devstack';
import { eventually } from '@stellar-insights/devstack/testing';
import { expectEnding, expectThat } from './expect-ending.ts';
import type { Scenario, Stage } from './stage.ts';
import { stuck } from './worker-scenarios.ts';

const CHUNK = 100;
const CHUNKS = 3;
/** Exporting a chunk reads it last. */
const TABLE = 'trades';

/** Resolves once the ledgers of all chunks are stored. */
async function stored(stage: Stage): Promise<void> {
  const worker = await stage.worker();
  await eventually(async () => (await stage.cursor()) >= stage.firstLedger + CHUNKS * CHUNK);
  await worker.stop();
}

const manifestsIn = (folder: string): Promise<string[]> => readdir(join(folder, 'manifests'));

/** Older ledgers, of another scenario, may be in the lake, too. */
async function hasChunks(folder: string, firstLedger: number): Promise<boolean> {
  const manifests = await manifestsIn(folder);
  const firsts = Array.from({ length: CHUNKS }, (_, chunk) => firstLedger + chunk * CHUNK);
  return firsts.every((first) => manifests.includes(`${String(first).padStart(10, '0')}.json`));
}

export const exportScenarios: readonly Scenario[] = [
  {
    title:
      'worker, SIGTERM amid a chunk of the facts lake: the chunk is given up, the lake stays as it was, and the next worker writes it',
    play: async (stage) => {
      await stored(stage);
      const folder = await mkdtemp(join(tmpdir(), 'facts-lake-'));
      try {
        const lake = ['--facts-lake', folder];
        const first = stage.firstLedger;
        const range = (to: number): string[] => ['--from', `${first}`, '--to', `${to}`];
        await stage.insights('export', ...range(first + CHUNK - 1), '--chunk', `${CHUNK}`, ...lake);
        const env = { WORKER_ROLES: 'export', FACTS_LAKE_URL: pathToFileURL(folder).href };

        const lock = await TableLock.take(stage.databaseUrl, TABLE);
        const worker = await stage.worker(env);
        await stuck(stage, 1);
        await worker.announceStop();
        await lock[Symbol.asyncDispose]();
        expectEnding(await worker.ending(), { code: 0, outcome: 'clean', forced: [], withinSeconds: 5 });
        const manifests = await manifestsIn(folder);
        expectThat(manifests.length === 1, manifests.join(), 'one chunk');
        const left = await readdir(join(folder, '.staging'));
        expectThat(left.length === 0, left.join(), 'no files under way');

        const next = await stage.worker(env);
        await eventually(() => hasChunks(folder, first));
        expectEnding(await next.stop(), { code: 0, outcome: 'clean' });
        await stage.insights('verify', ...range(first + CHUNKS * CHUNK - 1), ...lake);
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  },
];
