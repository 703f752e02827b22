import type {
  Corridor,
  CorridorDetail,
  CorridorFailures,
  CorridorHistory,
  CorridorList,
  CorridorPoint,
} from '@stellar-insights/contract';
import { syncCorridorBuckets } from '@stellar-insights/db/corridors';
import { describe, expect } from 'vitest';
import { ask, askAll, corridorPath } from './support/ask.ts';
import { expectedRange } from './support/expected-corridors.ts';
import { expectProblem } from './support/open-api.ts';
import { test } from './support/synced-simulation.ts';

const HOUR_MS = 3_600_000;

describe('the answers about corridors in a range of times', () => {
  test('are true in the list, the details, the failures and the history of any range of times', async ({
    api,
    simulation,
  }) => {
    const [first, last] = [simulation.ledgers[0], simulation.last].map(
      (ledger) => ledger?.header.closedAt ?? 0,
    ) as [number, number];
    for (const { asked, from, to } of ranges(first, last)) {
      const rows = await askAll<Corridor>(api, '/api/v1/corridors', {
        ...asked,
        sort: 'corridor',
        limit: '7',
      });
      expect(rows, JSON.stringify(asked)).toStrictEqual(expectedRange(simulation, { from, to }, false));
      const path = corridorPath('native', 'native');
      const { data: detail } = await ask<CorridorDetail>(api, path, asked);
      const { data: failures } = await ask<CorridorFailures>(api, `${path}/failures`, asked);
      const points = await askAll<CorridorPoint>(api, `${path}/history`, {
        ...asked,
        interval: '5m',
        limit: '7',
      });
      const truth = expectedRange(simulation, { from, to }, false).find(
        ({ source_asset: source, dest_asset: dest }) => source === 'native' && dest === 'native',
      );
      const { attempted = 0, succeeded = 0, failed = 0 } = truth ?? {};
      expect(detail).toMatchObject({ attempted, succeeded, failed });
      expect(failures).toMatchObject({ attempted, failed });
      const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
      expect(sum(points.map((point) => point.attempted))).toBe(attempted);
      expect(sum(points.map((point) => point.succeeded))).toBe(succeeded);
      expect(points.map((point) => point.is_complete)).toStrictEqual(
        points.map((point) => Date.parse(point.to) <= last),
      );
    }
  });

  test('name the times and the ledgers that they cover, also if they have none', async ({
    api,
    simulation,
  }) => {
    const [head, first] = [simulation.last.header, simulation.ledgers[0]?.header];
    const boundsOf = async (asked: Readonly<Record<string, string>>) => {
      const { window, as_of: asOf, data } = await ask<CorridorList>(api, '/api/v1/corridors', asked);
      return { ...window, ledgers: [asOf.from_ledger, asOf.to_ledger], isEmpty: data.length === 0 };
    };
    const between = simulation.ledgers.filter(
      ({ header: { closedAt } }) =>
        closedAt >= Date.UTC(2026, 0, 1, 1, 5) && closedAt < Date.UTC(2026, 0, 1, 2, 15),
    );
    expect(await boundsOf({ from: '2026-01-01T01:07:00Z', to: '2026-01-01T02:13:00.5Z' })).toStrictEqual({
      from: '2026-01-01T01:05:00.000Z',
      to: '2026-01-01T02:15:00.000Z',
      ledgers: [between[0], between.at(-1)].map((facts) => facts?.header.sequence),
      isEmpty: false,
    });
    expect(await boundsOf({ from: '2026-01-01T03:00:00Z', to: '2026-02-01' })).toMatchObject({
      to: new Date(head.closedAt).toISOString(),
      ledgers: [expect.any(Number), head.sequence],
    });
    expect(await boundsOf({ from: '2025-12-30', to: '2025-12-31' })).toMatchObject({
      from: '2025-12-30T00:00:00.000Z',
      to: '2025-12-31T00:00:00.000Z',
      ledgers: [first?.sequence, first?.sequence],
      isEmpty: true,
    });
    expect(await boundsOf({ from: '9999-12-30', to: '9999-12-31T23:59:59Z' })).toMatchObject({
      ledgers: [head.sequence, head.sequence],
      isEmpty: true,
    });
  });
});

test('a range that is over stays as it is while new ledgers are stored, and one that is not ends with the first page', async ({
  api,
  db,
  simulation,
}) => {
  const { closedAt, sequence } = simulation.last.header;
  const path = `${corridorPath('native', 'native')}/history`;
  const from = new Date(closedAt - HOUR_MS).toISOString();
  const over = { from, to: new Date(closedAt - HOUR_MS / 2).toISOString(), interval: '5m', limit: '3' };
  const open = { ...over, to: new Date(closedAt + HOUR_MS).toISOString() };
  const whole = await askAll<CorridorPoint>(api, path, over);
  for (const query of [over, open]) {
    const points: CorridorPoint[] = [];
    const last: number[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: CorridorHistory = await ask(api, path, cursor === '' ? query : { ...query, cursor });
      points.push(...page.data);
      last.push(page.as_of.to_ledger);
      cursor = page.page.next_cursor;
      await simulation.close(5);
      await syncCorridorBuckets(db, { limit: 100 });
    }
    expect(new Set(last).size).toBe(1);
    expect(points.slice(0, whole.length)).toStrictEqual(whole);
    if (query === over) expect(points).toHaveLength(whole.length);
    else expect(last[0]).toBeGreaterThan(sequence);
  }
});

test.for([
  [{ window: '24h', from: '2026-01-01' }, ['window', 'from']],
  [{ window: '24h', to: '2026-01-01' }, ['window', 'to']],
  [{ window: '24h', from: '2026-01-01', to: '2026-01-02' }, ['window', 'from', 'to']],
  [{ from: '2026-01-02', to: '2026-01-01' }, ['from', 'to']],
  [{ from: '2026-01-01', to: '2026-01-01' }, ['from', 'to']],
  [{ from: '1970-01-01', to: '2026-01-01' }, ['from', 'to']],
  [{ from: '1970-01-01' }, ['from']],
] as const)('the times %j are refused with their names', async ([query, names], { api, simulation: _ }) => {
  const path = corridorPath('native', 'native');
  for (const each of ['/api/v1/corridors', path, `${path}/failures`, `${path}/history`]) {
    const response = await api.request(`${each}?${new URLSearchParams(query).toString()}`);
    const { code, errors = [] } = await expectProblem(response, 400);
    expect(code).toBe('invalid_parameter');
    expect(new Set(errors.map(({ parameter }) => parameter))).toStrictEqual(new Set(names));
  }
});

/** What may be asked of the time from `first` to `last`, and the buckets that it covers. */
function ranges(first: number, last: number) {
  const bucket = HOUR_MS / 12;
  const iso = (time: number) => new Date(time).toISOString();
  const middle = Math.floor((first + last) / 2 / bucket) * bucket;
  const down = (time: number) => Math.floor(time / bucket) * bucket;
  return [
    // In the middle, with ends inside of buckets and at their ends.
    {
      asked: { from: iso(first + HOUR_MS), to: iso(middle + 1) },
      from: down(first + HOUR_MS),
      to: middle + bucket,
    },
    { asked: { from: iso(middle - HOUR_MS), to: iso(middle) }, from: middle - HOUR_MS, to: middle },
    { asked: { from: iso(middle), to: iso(middle + 1) }, from: middle, to: middle + bucket },
    // Around the first and the last ledger.
    { asked: { from: iso(first - HOUR_MS), to: iso(first + bucket) }, from: 0, to: down(first) + 2 * bucket },
    {
      asked: { from: iso(last - 2 * bucket), to: iso(last + HOUR_MS) },
      from: down(last) - 2 * bucket,
      to: Infinity,
    },
    { asked: { from: iso(last - HOUR_MS) }, from: down(last - HOUR_MS), to: Infinity },
    { asked: { to: iso(middle) }, from: 0, to: middle },
    // Nothing is stored of these times.
    { asked: { to: iso(first - HOUR_MS) }, from: 0, to: 0 },
    { asked: { from: iso(last + HOUR_MS) }, from: Infinity, to: Infinity },
    { asked: { from: iso(last + HOUR_MS), to: iso(last + 2 * HOUR_MS) }, from: Infinity, to: Infinity },
  ];
}
