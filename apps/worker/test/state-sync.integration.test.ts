import { beginSync, storeSnapshot, type StateSource } from '@stellar-insights/db/state-syncs';
import { transaction } from '@stellar-insights/db';
import { systemClock } from '@stellar-insights/lifecycle';
import { createLog } from '@stellar-insights/runtime/log';
import { expect } from 'vitest';
import { stateSyncJobs } from '../src/tasks/state-sync.ts';
import { test } from './support/published-corridors.ts';

const ledgers = { fromLedger: 9, toLedger: 9 };
const HORIZON: StateSource = { source: 'horizon', coverage: 'complete', ...ledgers };
const RPC: StateSource = { source: 'rpc', coverage: 'seen', ...ledgers };

test('a job whose reading is from another source than the one before warns of it', async ({ db }) => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLog({ name: 'test', level: 'warn', destination });
  const health = { waits: () => Promise.resolve(), progressed: () => Promise.resolve() };
  const returnToQueue = (): never => {
    throw new Error('called, expected no use of it');
  };
  const signal = new AbortController().signal;
  const warnings = async (state: StateSource | null) => {
    const run = async () => {
      const begun = await db.run((executor) => beginSync(executor, 'pools'));
      await transaction(db, (tx) => storeSnapshot(tx, begun, { state, staleAfterMs: 60_000 }));
    };
    const options = { task: 'pool-sync', name: 'pools', reads: 'pools', run } as const;
    const context = { db, log, clock: systemClock, health, networkState: undefined };
    await stateSyncJobs(context, options)({}, { stopping: signal, signal, returnToQueue });
    return lines.splice(0);
  };
  expect(await warnings(null)).toStrictEqual([]);
  expect(await warnings(RPC)).toStrictEqual([]);
  expect(await warnings(HORIZON)).toStrictEqual([
    expect.stringContaining('from horizon (complete); it was read from rpc (seen) before'),
  ]);
  expect(await warnings(HORIZON)).toStrictEqual([]);
  expect(await warnings(RPC)).toStrictEqual([expect.stringContaining('"task":"pool-sync"')]);
});
