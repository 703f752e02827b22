import type { AsOf, State } from '@stellar-insights/contract';
import { transaction, type Database } from '@stellar-insights/db';
import { renewEpoch } from '@stellar-insights/db/log';
import { beginSync, storeSnapshot } from '@stellar-insights/db/state-syncs';
import { eventually } from '@stellar-insights/devstack/testing';
import { expect } from 'vitest';
import { z } from 'zod';
import { FreshReads } from '../src/answers/fresh-reads.ts';
import { answerState } from '../src/answers/state.ts';
import type { AnswerKind } from '../src/cache/answer-kinds.ts';
import { webhookSettings } from '../src/routes/webhooks/webhook-settings.ts';
import { test as onStage } from './support/stage.ts';
import { storedSimulation } from './support/stored-simulation.ts';

const HOUR_MS = 3_600_000;
const HORIZON = { source: 'horizon', coverage: 'complete', fromLedger: 100, toLedger: 102 } as const;
const schema = z.object({ data: z.string(), state: z.custom<State>(), as_of: z.custom<AsOf>() });
const { signal } = new AbortController();

/** `ask`: the answer about the snapshot of pools, whose data is its revision; `reads` counts how often it was read. */
const test = onStage
  .extend('reads', { scope: 'file' }, () => ({ count: 0 }))
  .extend('ask', { scope: 'file' }, ({ services, reads }) => {
    const given = { freshReads: new FreshReads(), webhooks: webhookSettings({}), signal };
    const context = { ...services, ...given, replica: undefined };
    return async (kind: AnswerKind) => {
      const question = { kind, sync: 'pools', schema, about: [] } as const;
      const { kept } = await answerState(context, question, async (_tx, { revision }) => {
        reads.count += 1;
        return { answer: { data: `${revision}` } };
      });
      return kept.parse();
    };
  });

async function sync(
  db: Database,
  staleAfterMs = HOUR_MS,
  state: typeof HORIZON | null = HORIZON,
): Promise<void> {
  const begun = await db.run((executor) => beginSync(executor, 'pools'));
  await transaction(db, (tx) => storeSnapshot(tx, begun, { state, staleAfterMs }));
}

test('an answer about the state says that no ledger is stored, or that the state was not read yet', async ({
  ask,
  db,
}) => {
  await expect(ask('pool')).rejects.toMatchObject({ status: 503, code: 'no_ledgers' });
  await storedSimulation(db).close(3);
  await expect(ask('pool')).rejects.toMatchObject({ status: 503, code: 'not_synced' });
});

test('the next snapshot is in the very next answer of what events report, and moments later in aggregates', async ({
  ask,
  db,
  reads,
}) => {
  await sync(db);
  const kinds = ['pool', 'pool_stats'] as const;
  const first = await Promise.all(kinds.map(ask));
  expect(first.map(({ data }) => data)).toStrictEqual(['1', '1']);
  expect(first[0]).toMatchObject({
    state: { source: 'horizon', coverage: 'complete', from_ledger: 100, to_ledger: 102, is_stale: false },
  });
  await eventually(async () => {
    const { count } = reads;
    expect(await Promise.all(kinds.map(ask))).toStrictEqual(first);
    expect(reads.count).toBe(count);
  });

  await sync(db, HOUR_MS, null);
  const [pool, stats] = await Promise.all(kinds.map(ask));
  expect(pool).toMatchObject({ data: '2', state: null });
  expect(stats).toStrictEqual(first[1]);
  await eventually(async () => expect(await ask('pool_stats')).toMatchObject({ data: '2', state: null }));
});

test('a kept answer becomes stale when its time has come', async ({ ask, db, reads }) => {
  await sync(db);
  await ask('trustline_stats');
  const { count } = await eventually(async () => {
    const before = { ...reads };
    expect(await ask('trustline_stats')).toMatchObject({ state: { is_stale: false } });
    expect(reads.count).toBe(before.count);
    return before;
  });
  await db.run(({ sql }) => sql`update state_syncs set stale_after = now()`);
  expect(await ask('trustline_stats')).toMatchObject({ state: { is_stale: false } });
  expect(reads.count).toBe(count);
  await sync(db, -HOUR_MS);
  await eventually(async () =>
    expect(await ask('pool_rankings')).toMatchObject({ state: { is_stale: true } }),
  );

  await eventually(async () => {
    await sync(db, 1000);
    expect(await ask('pool')).toMatchObject({ state: { is_stale: false } });
    const read = reads.count;
    await eventually(async () => expect(await ask('pool')).toMatchObject({ state: { is_stale: true } }));
    expect(reads.count).toBe(read);
  });
});

test('no answer of the log before a restore is served after it', async ({ ask, db, reads }) => {
  await sync(db);
  const before = await ask('pool_stats');
  await renewEpoch(db);
  const { count } = reads;
  expect((await ask('pool_stats')).as_of.cursor).not.toBe(before.as_of.cursor);
  expect(reads.count).toBe(count + 1);
});
