import { createClient, type Client } from '@stellar-insights/client';
import { describe, expect } from 'vitest';
import { ask } from './support/ask.ts';
import { declaredRoutes } from './support/open-api.ts';
import { test as onStage } from './support/stage.ts';
import { storedSimulation } from './support/stored-simulation.ts';

interface Document {
  readonly paths: Readonly<Record<string, { readonly get: { readonly operationId: string } }>>;
}

/** What `follow` is for. */
const STREAMS = ['/api/v1/events/stream', '/ws'];

/** The client of this API, and the paths that it has asked for. */
const test = onStage
  .extend('asked', { scope: 'file' }, (): string[] => [])
  .extend('client', { scope: 'file' }, ({ api, asked }): Client =>
    createClient({
      url: 'http://api.example',
      fetch: async (url, init) => {
        asked.push(new URL(url).pathname);
        return await api.request(url, init);
      },
    }),
  );

describe('the client', () => {
  test('has a method for each route, and no other', async ({ api, client }) => {
    const { paths } = await ask<Document>(api, '/openapi.json');
    const operations = Object.entries(paths)
      .filter(([path]) => !STREAMS.includes(path))
      .map(([, { get }]) => get.operationId);
    expect(Object.keys(client).toSorted()).toEqual([...operations, 'follow'].toSorted());
  });

  test('gets from each method what the route declares', async ({ db, api, client, asked }) => {
    await storedSimulation(db).close(12);
    const [corridor] = (await client.listCorridors({ limit: 1 })).data;
    const [payment] = (await client.listPayments({ limit: 1 })).data;
    const [ledger] = (await client.listLedgers({ limit: 1 })).data;
    const parameters = {
      source: corridor?.source_asset,
      dest: corridor?.dest_asset,
      op_id: payment?.op_id,
      sequence: ledger?.sequence,
    };
    const { paths } = await ask<Document>(api, '/openapi.json');
    const routes = await declaredRoutes(api);
    for (const [name, method] of Object.entries(client)) {
      if (name === 'follow') continue;
      const [path] = Object.entries(paths).find(([, { get }]) => get.operationId === name) ?? [];
      const route = routes.find((each) => each.path === path);
      const own = Object.entries(parameters).filter(([key]) => path?.includes(`{${key}}`));
      const answer = await (method as (values: object) => Promise<unknown>)(Object.fromEntries(own));
      const { error } = route?.schemaOf(200, 'application/json').safeParse(answer) ?? {};
      expect(error?.issues, name).toBeUndefined();
      const filled = path?.replaceAll(/\{(\w+)\}/g, (_match, key: keyof typeof parameters) =>
        encodeURIComponent(String(parameters[key])),
      );
      expect(asked.at(-1)).toBe(filled);
    }
  });

  test('reads all rows of a list over its pages', async ({ client }) => {
    const all: number[] = [];
    for await (const { sequence } of client.listLedgers.rows({ limit: 5 })) all.push(sequence);
    const { data } = await client.listLedgers({ limit: 200 });
    expect(all.length).toBeGreaterThan(10);
    expect(all).toEqual(data.map(({ sequence }) => sequence));
  });
});
