import type { Database } from '@stellar-insights/db';
import { expect, vi } from 'vitest';
import { ApiHealth } from '../src/routes/health/api-health.ts';
import { test } from './support/stage.ts';

test('a thousand probes at once, and those that soon follow, are one question to Postgres', async ({
  services: { db, cache },
}) => {
  const asked = vi.spyOn(db.control, 'run');
  const probe = vi.fn<() => boolean>(() => true);
  let now = 0;
  const services: { db?: Database; cache: typeof cache } = { db, cache };
  const health = new ApiHealth({ probe }, services, { now: () => now });
  const readiness = async (count: number): Promise<Set<boolean>> => {
    const answers = await Promise.all(Array.from({ length: count }, () => health.ready('peer')));
    return new Set(answers.map(({ status }) => status !== 'not_ready'));
  };

  expect(await readiness(1000)).toStrictEqual(new Set([true]));
  const once = asked.mock.calls.length;
  expect(once).toBeLessThan(5);
  now = 249;
  expect(await readiness(1)).toStrictEqual(new Set([true]));
  expect(asked).toHaveBeenCalledTimes(once);
  // The process itself is asked each time: a stop is no matter of Postgres.
  expect(probe).toHaveBeenCalledTimes(1001);
  probe.mockReturnValue(false);
  expect(await readiness(1)).toStrictEqual(new Set([false]));
  probe.mockReturnValue(true);

  delete services.db;
  now = 250;
  expect(await readiness(1)).toStrictEqual(new Set([false]));
});
