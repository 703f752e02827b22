import type { BackfillAnswer, BackfillList } from '@stellar-insights/contract';
import { transaction } from '@stellar-insights/db';
import { describe, expect } from 'vitest';
import { ask, askPages, type Api } from './support/ask.ts';
import { expectProblem } from './support/open-api.ts';
import { test } from './support/walk.ts';

const PATH = '/api/v1/admin/backfills';

async function create(api: Api, body: object): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' };
  return await api.request(PATH, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function created(api: Api, body: object, status: number): Promise<BackfillAnswer['data']> {
  const response = await create(api, body);
  expect(response.status).toBe(status);
  const { data } = (await response.json()) as BackfillAnswer;
  if (status === 201) expect(response.headers.get('location')).toBe(`${PATH}/${data.id}`);
  return data;
}

async function cancel(api: Api, id: string): Promise<BackfillAnswer['data']> {
  const response = await api.request(`${PATH}/${id}`, { method: 'DELETE' });
  expect(response.status).toBe(200);
  return ((await response.json()) as BackfillAnswer).data;
}

describe('a backfill', () => {
  test('is asked for once, however often, until it is cancelled', async ({ keyed: api, simulation: _ }) => {
    const range = { from: 100, to: 149 };
    const asked = await created(api, range, 201);
    expect(asked).toMatchObject({
      ...range,
      state: 'running',
      ended_at: null,
      ledgers: 50,
      loaded_ledgers: 0,
      visible_ledgers: 0,
      ledgers_per_second: null,
      seconds_left: null,
      error: null,
    });
    expect(await created(api, range, 200)).toEqual(asked);
    expect((await ask<BackfillAnswer>(api, `${PATH}/${asked.id}`)).data).toEqual(asked);

    const ended = await cancel(api, asked.id);
    expect(ended).toMatchObject({ id: asked.id, state: 'cancelled', ended_at: expect.any(String) as string });
    expect(await cancel(api, asked.id)).toEqual(ended);
    const again = await created(api, range, 201);
    expect(again.id).not.toBe(asked.id);

    const pages = await askPages<BackfillList['data'][number], BackfillList>(api, PATH, { limit: '1' });
    expect(pages.flatMap(({ data }) => data.map(({ id }) => id))).toEqual([again.id, asked.id]);
    const parts = JSON.parse(
      Buffer.from(pages[0]?.page.next_cursor ?? '', 'base64url').toString(),
    ) as unknown[];
    for (const time of [-1, 0.5, 8.64e15 + 1, '1']) {
      const cursor = Buffer.from(JSON.stringify(parts.with(1, time))).toString('base64url');
      const refused = await expectProblem(await api.request(`${PATH}?cursor=${cursor}`), 400);
      expect(refused.code, String(time)).toBe('invalid_cursor');
    }
    await cancel(api, again.id);
  });

  test('of ledgers that are stored is done at once', async ({ keyed: api, simulation }) => {
    const { sequence } = simulation.last.header;
    const stored = { from: sequence - 3, to: sequence };
    expect(await created(api, stored, 201)).toMatchObject({ state: 'done', ledgers: 0 });
  });

  test('is asked for again a moment later while what a cancelled one has loaded is still in use', async ({
    keyed: api,
    db,
    simulation: _,
  }) => {
    const range = { from: 100, to: 149 };
    await db.run(({ sql }) => sql`create table staged_payments_0 ()`);
    await transaction(db, async ({ sql }) => {
      await sql`select from staged_payments_0`;
      const refused = await create(api, range);
      expect(refused.headers.get('retry-after')).toBe('1');
      expect(await expectProblem(refused, 503)).toMatchObject({
        code: 'database_busy',
        detail: expect.stringContaining('a cancelled backfill') as string,
      });
    });
    const { id } = await created(api, range, 201);
    await cancel(api, id);
  });

  test('is refused, with the reason, if it cannot be done', async ({ keyed: api, simulation }) => {
    const { sequence } = simulation.last.header;
    const beyond = await expectProblem(await create(api, { from: 5, to: sequence + 1 }), 400);
    expect(beyond).toMatchObject({
      code: 'backfill_range',
      detail: expect.stringContaining(`${sequence}`) as string,
    });
    const reversed = await expectProblem(await create(api, { from: 9, to: 8 }), 400);
    expect(reversed).toMatchObject({ code: 'invalid_parameter', errors: [{ parameter: 'to' }] });

    const other = await created(api, { from: 1000, to: 1999 }, 201);
    const overlapping = await expectProblem(await create(api, { from: 1500, to: 2500 }), 409);
    expect(overlapping).toMatchObject({
      code: 'backfill_overlaps',
      detail: expect.stringContaining(other.id) as string,
    });
    await cancel(api, other.id);
    for (const method of ['GET', 'DELETE']) {
      const unknown = await api.request(`${PATH}/bf_${'0'.repeat(32)}`, { method });
      expect((await expectProblem(unknown, 404)).code).toBe('backfill_not_found');
    }
  });
});
