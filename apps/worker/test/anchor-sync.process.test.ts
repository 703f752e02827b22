import { readSnapshot } from '@stellar-insights/db';
import { listAnchors } from '@stellar-insights/db/anchors';
import { eventually } from '@stellar-insights/devstack/testing';
import { expect } from 'vitest';
import { readStatusChanges, type StatusChange } from './support/anchors.ts';
import { startGatedNetwork } from './support/gated-network.ts';
import { test } from './support/published-corridors.ts';
import { CLEAN_STOP, expectCleanStop, startWorker } from './support/worker.ts';

const USD = 'usd.anchor.example';

test('a worker that is killed or stopped while it reads files leaves the last snapshot, and every change is one event', async ({
  db,
  url,
  redis,
}) => {
  const network = await startGatedNetwork({ url, redis, gated: 'anchors', simulation: { seed: 'anchors' } });
  const { simnet, gate: files, readingStops } = network;
  const env = {
    ...network.env,
    WORKER_ROLES: 'ledger-ingest,anchor-sync',
    ANCHOR_SYNC_INTERVAL: '1',
    ANCHOR_TOML_BASE_URL: files.url,
    OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8',
    CORRIDOR_HEALTH_MIN_ATTEMPTS: '1000000',
  };
  const statuses = async (): Promise<Record<string, string>> => {
    const options = { window: '24h', by: 'id', descending: false, limit: 100 } as const;
    const anchors = await readSnapshot(db, (tx) => listAnchors(tx, options));
    return Object.fromEntries(anchors.map(({ id, status }) => [id, status]));
  };
  const usdBecomes = (status: string) =>
    eventually(async () => expect(await statuses()).toMatchObject({ [USD]: status }), {
      what: `${USD} is ${status}`,
    });

  const killed = await startWorker(env);
  await usdBecomes('healthy');
  files.close();
  await readingStops(1);
  simnet.faults.anchors = { [USD]: 'unlisted' };
  const before = await statuses();
  await killed.signal('SIGKILL');
  await eventually(() => expect(files.waiting).toBe(0));

  const [stopped, other] = await Promise.all([startWorker(env), startWorker(env)]);
  await readingStops(1);
  expect(await statuses()).toStrictEqual(before);
  expect(await stopped.stop()).toEqual(CLEAN_STOP);
  const third = await startWorker(env);
  files.open();
  await usdBecomes('unverified');
  simnet.faults.anchors = {};
  await usdBecomes('healthy');
  await expectCleanStop([other, third]);

  const changes = Map.groupBy(await readStatusChanges(db), ({ anchor }) => anchor);
  expect(changes.get(USD)?.map(({ status }) => status)).toEqual(
    expect.arrayContaining(['healthy', 'unverified']),
  );
  const last = await statuses();
  for (const [anchor, own] of changes) {
    // Each change goes on from the one before: none is lost, and none is there twice.
    expect(own.map(({ previous_status: previous }) => previous)).toStrictEqual([
      null,
      ...own.slice(0, -1).map(({ status }) => status),
    ]);
    expect(own.every(({ status, previous_status: previous }) => status !== previous)).toBe(true);
    expect(own.at(-1)?.status).toBe(last[anchor]);
  }
  expect([...changes.keys()].toSorted()).toStrictEqual(Object.keys(last));
  expect(await begunIncidents(db)).toBe(incidentsOf([...changes.values()].flat()));
});

/** A change to anything but healthy begins an incident. */
function incidentsOf(changes: readonly StatusChange[]): number {
  return changes.filter(({ status }) => status !== 'healthy').length;
}

async function begunIncidents(db: Parameters<typeof readStatusChanges>[0]): Promise<number> {
  const [row] = await db.run(
    ({ sql }) => sql<{ count: number }[]>`
      select count(*)::int as count from anchor_incidents where kind in ('unreachable', 'unverified', 'degraded')`,
  );
  return row?.count ?? 0;
}
