import { wilsonInterval } from '@stellar-insights/analytics';
import type {
  Corridor,
  CorridorDetail,
  CorridorFailures,
  CorridorList,
  CorridorPoint,
} from '@stellar-insights/contract';
import { syncCorridorBuckets } from '@stellar-insights/db/corridors';
import {
  countedTruth,
  type CorridorTruth,
  type CountsTruth,
  type Simulation,
} from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import { ask, askAll, askPages, corridorPath, type Api } from './support/ask.ts';
import { logCursor } from './support/log-cursor.ts';
import { byAssets, expectedCorridor, expectedList, numbersOf } from './support/expected-corridors.ts';
import { test } from './support/synced-simulation.ts';

const HOUR_MS = 3_600_000;
const WINDOWS = { '5m': HOUR_MS / 12, '1h': HOUR_MS, '90m': 1.5 * HOUR_MS, '24h': 24 * HOUR_MS };
const SELVES = [false, true];

async function expectListsToBeTrue(api: Api, simulation: Simulation): Promise<void> {
  for (const [window, windowMs] of Object.entries(WINDOWS)) {
    for (const includeSelf of SELVES) {
      const query = { window, include_self: String(includeSelf), sort: 'corridor', limit: '7' };
      const rows = await askAll<Corridor>(api, '/api/v1/corridors', query);
      expect(rows).toStrictEqual(expectedList(simulation, windowMs, includeSelf));
    }
  }
}

describe('the answers about corridors equal what truly happened in 500 ledgers', () => {
  test('in the list: page by page, for each window, with and without self-payments', async ({
    api,
    db,
    simulation,
  }) => {
    await expectListsToBeTrue(api, simulation);
    const [page] = await askPages<Corridor, CorridorList>(api, '/api/v1/corridors', { window: '1h' });
    const from = simulation.beginning(HOUR_MS);
    const first = simulation.ledgers.find(({ header }) => header.closedAt >= from);
    expect(page).toMatchObject({
      window: {
        from: new Date(from).toISOString(),
        to: new Date(simulation.last.header.closedAt).toISOString(),
      },
      as_of: {
        from_ledger: first?.header.sequence,
        to_ledger: simulation.last.header.sequence,
        gaps: [],
        cursor: await logCursor(db),
      },
    });
  });

  test('in the list: in each order', async ({ api, simulation }) => {
    const all = expectedList(simulation, 24 * HOUR_MS, false);
    const orders: Record<string, (corridor: Corridor) => number> = {
      attempted: ({ attempted }) => attempted,
      failed: ({ failed }) => failed,
      success_rate: ({ success_rate: { rate } }) => rate ?? Number.NaN,
      lower_bound: ({ success_rate: { lower } }) => lower,
      delivered: ({ delivered_stroops: delivered }) => Number(delivered),
    };
    for (const [name, value] of Object.entries(orders)) {
      for (const sign of [1, -1]) {
        const sort = sign === 1 ? name : `-${name}`;
        const expected = all.toSorted((a, b) => sign * (value(a) - value(b)) || byAssets(a, b));
        const rows = await askAll<Corridor>(api, '/api/v1/corridors', { sort, limit: '4' });
        expect(rows, sort).toStrictEqual(expected);
        const many = { sort, limit: '3', min_attempts: '20' };
        expect(await askAll<Corridor>(api, '/api/v1/corridors', many), sort).toStrictEqual(
          expected.filter(({ attempted }) => attempted >= 20),
        );
      }
    }
    expect(all.some(({ attempted }) => attempted < 20)).toBe(true);
    expect(await askAll<Corridor>(api, '/api/v1/corridors', { sort: '-corridor', limit: '4' })).toStrictEqual(
      all.toReversed(),
    );
  });

  test('in the list of one asset', async ({ api, simulation }) => {
    const all = expectedList(simulation, 24 * HOUR_MS, false);
    for (const side of ['source_asset', 'dest_asset'] as const) {
      const rows = await askAll<Corridor>(api, '/api/v1/corridors', { [side]: 'native', sort: 'corridor' });
      expect(rows).toStrictEqual(all.filter((corridor) => corridor[side] === 'native'));
      expect(rows.length).toBeGreaterThan(1);
    }
  });

  test('in the detail of each corridor, with its size classes', async ({ api, simulation }) => {
    for (const includeSelf of SELVES) {
      const from = simulation.beginning(4 * HOUR_MS);
      for (const truth of simulation.corridors(from)) {
        const { data } = await ask<CorridorDetail>(api, corridorPath(truth.sourceAsset, truth.destAsset), {
          window: '4h',
          include_self: String(includeSelf),
        });
        const sizes = new Map<string, CountsTruth>();
        for (const attempt of attemptsOf(simulation, truth, from, includeSelf)) {
          const { fixedSide, fixedAmount, succeeded } = attempt;
          const magnitude = (fixedAmount ?? 0n) > 0n ? String(fixedAmount).length - 1 : -1;
          const key = `${fixedSide} ${magnitude}`;
          const size = sizes.get(key) ?? { attempted: 0, succeeded: 0, delivered: 0n };
          sizes.set(key, {
            ...size,
            attempted: size.attempted + 1,
            succeeded: size.succeeded + Number(succeeded),
          });
        }
        const { size_classes: found, ...numbers } = data;
        expect(numbers).toStrictEqual(expectedCorridor(truth, includeSelf));
        expect(
          new Map(
            found.map(({ side, size_class: size, attempted, succeeded }) => [
              `${side} ${size}`,
              { attempted, succeeded, delivered: 0n },
            ]),
          ),
        ).toStrictEqual(sizes);
      }
    }
  });

  test('in the failures of each corridor', async ({ api, simulation }) => {
    const from = simulation.beginning(2 * HOUR_MS);
    const reasons = new Set<string>();
    for (const includeSelf of SELVES) {
      for (const truth of simulation.corridors(from)) {
        const { data } = await ask<CorridorFailures>(
          api,
          `${corridorPath(truth.sourceAsset, truth.destAsset)}/failures`,
          {
            window: '2h',
            include_self: String(includeSelf),
          },
        );
        const failed = attemptsOf(simulation, truth, from, includeSelf).flatMap(
          ({ failure }) => failure ?? [],
        );
        const { attempted } = countedTruth(truth, includeSelf);
        expect(data).toMatchObject({ attempted, failed: failed.length });
        expect(countsBy(data.by_reason, ({ reason, blame }) => `${reason} ${blame}`)).toStrictEqual(
          countsBy(failed, ({ reason, blame }) => `${reason} ${blame}`),
        );
        expect(countsBy(data.by_blame, ({ blame }) => blame)).toStrictEqual(
          countsBy(failed, ({ blame }) => blame),
        );
        for (const { reason, count, rate } of data.by_reason) {
          reasons.add(reason);
          expect(rate).toStrictEqual({
            rate: count / attempted,
            sample: attempted,
            ...wilsonInterval(count, attempted),
          });
        }
      }
    }
    expect(reasons.size).toBeGreaterThan(15);
  });

  test('in the history, interval by interval', async ({ api, simulation }) => {
    const intervals = { '5m': HOUR_MS / 12, '15m': HOUR_MS / 4, '1h': HOUR_MS };
    const { sourceAsset, destAsset } = { sourceAsset: 'native', destAsset: 'native' };
    for (const [interval, intervalMs] of Object.entries(intervals)) {
      for (const includeSelf of SELVES) {
        const points = await askAll<CorridorPoint>(api, `${corridorPath(sourceAsset, destAsset)}/history`, {
          window: '3h',
          interval,
          include_self: String(includeSelf),
          limit: '5',
        });
        const expected: CorridorPoint[] = [];
        const from = simulation.beginning(3 * HOUR_MS, intervalMs);
        for (let start = from; start <= simulation.last.header.closedAt; start += intervalMs) {
          const truth = simulation
            .corridors(start, start + intervalMs)
            .find((one) => one.sourceAsset === sourceAsset && one.destAsset === destAsset);
          const counts = truth
            ? countedTruth(truth, includeSelf)
            : { attempted: 0, succeeded: 0, delivered: 0n };
          const [begin, end] = [start, start + intervalMs].map((time) => new Date(time).toISOString()) as [
            string,
            string,
          ];
          const isComplete = start + intervalMs <= simulation.last.header.closedAt;
          expected.push({ from: begin, to: end, is_complete: isComplete, ...numbersOf(counts) });
        }
        expect(points).toStrictEqual(expected);
      }
    }
  });

  test('whether none, some or all buckets are computed', async ({ api, db, fileRedis, simulation }) => {
    for (const limit of [1, 5, 100]) {
      await syncCorridorBuckets(db, { limit });
      // The cache has answers that were made before this change.
      await fileRedis.flush();
      await expectListsToBeTrue(api, simulation);
    }
  });
});

test('all pages of a list are made from the same ledgers, while new ledgers are stored', async ({
  api,
  db,
  simulation,
}) => {
  for (const sort of ['-attempted', 'success_rate']) {
    const query = { window: '1h', sort, limit: '6' };
    const { sequence } = simulation.last.header;
    const expected = expectedList(simulation, HOUR_MS, false);
    const rows: Corridor[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: CorridorList = await ask(
        api,
        '/api/v1/corridors',
        cursor === '' ? query : { ...query, cursor },
      );
      expect(page.as_of.to_ledger).toBe(sequence);
      rows.push(...page.data);
      cursor = page.page.next_cursor;
      await simulation.close(4);
      if (rows.length > 10) await syncCorridorBuckets(db, { limit: 100 });
    }
    expect(rows.toSorted(byAssets)).toStrictEqual(expected);
  }
});

test('an answer names the gaps in its ledgers', async ({ api, db, simulation }) => {
  const { sequence } = simulation.last.header;
  simulation.skip(3);
  await db.run(({ sql }) => sql`delete from ledger_cursor`);
  await simulation.close(1);
  const { as_of: asOf } = await ask<CorridorList>(api, '/api/v1/corridors', { window: '1h' });
  expect(asOf).toMatchObject({ to_ledger: sequence + 4, gaps: [{ from: sequence + 1, to: sequence + 3 }] });
});

function attemptsOf(
  simulation: Simulation,
  { sourceAsset, destAsset }: CorridorTruth,
  from: number,
  includeSelf: boolean,
) {
  return simulation
    .attempts(from)
    .filter((one) => one.sourceAsset === sourceAsset && one.destAsset === destAsset)
    .filter(({ isSelfPayment }) => includeSelf || !isSelfPayment);
}

function countsBy<Row extends object>(rows: readonly Row[], key: (row: Row) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const count = 'count' in row && typeof row.count === 'number' ? row.count : 1;
    counts.set(key(row), (counts.get(key(row)) ?? 0) + count);
  }
  return new Map([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
