import { createClient, type Client } from '@stellar-insights/client';
import { describe, expect } from 'vitest';
import { issueKey } from './support/keys.ts';
import { declaredRoutes } from './support/open-api.ts';
import { test as onStage } from './support/stage.ts';
import { storeWalkedAnchors, WALKED_ANCHOR } from './support/stored-anchors.ts';
import { storedState } from './support/stored-state.ts';
import { storedSimulation } from './support/stored-simulation.ts';
import { BODIES, inOrder, storedBackfill, storedWebhook, STREAMS } from './support/walk.ts';

interface Asked {
  /** Method and path. */
  readonly request: string;
  readonly status: number;
}

/** The client of this API, with a key that may do everything, and what it has asked for. */
const test = onStage
  .extend('asked', { scope: 'file' }, (): Asked[] => [])
  .extend('client', { scope: 'file' }, async ({ api, db, asked }): Promise<Client> =>
    createClient({
      url: 'http://api.example',
      apiKey: (await issueKey(db, ['admin'])).text,
      fetch: async (url, init) => {
        const response = await api.request(url, init);
        const request = `${init.method} ${new URL(url).pathname}`;
        asked.push({ request, status: response.status });
        return response;
      },
    }),
  )
  .extend('routes', { scope: 'file' }, async ({ api }) =>
    (await declaredRoutes(api)).filter(({ path }) => !STREAMS.includes(path)),
  );

describe('the client', () => {
  test('has a method for each route, and no other', ({ client, routes }) => {
    const names = routes.map(({ name }) => name);
    expect(Object.keys(client).toSorted()).toEqual([...names, 'follow'].toSorted());
  });

  test('gets from each method what the route declares', async ({ db, client, asked, routes }) => {
    await storedSimulation(db).close(12);
    const [corridor] = (await client.listCorridors({ limit: 1 })).data;
    const [payment] = (await client.listPayments({ limit: 1 })).data;
    const [ledger] = (await client.listLedgers({ limit: 1 })).data;
    const issued = `USD:G${'A'.repeat(55)}`;
    const { data: key } = await client.createKey({ owner: 'acme', name: 'other', scopes: ['read'] });
    await storeWalkedAnchors(db);
    const known = {
      source: corridor?.source_asset,
      dest: corridor?.dest_asset,
      op_id: payment?.op_id,
      tx_hash: payment?.tx_hash,
      sequence: ledger?.sequence,
      key_id: key.id,
      ...(await storedState(db, issued)),
      anchor_id: WALKED_ANCHOR,
      ...(await storedWebhook(db)),
      backfill_id: await storedBackfill(db),
    };
    for (const route of inOrder(routes)) {
      const { method, path, name } = route;
      const inPath = Object.entries(known).filter(([parameter]) => path.includes(`{${parameter}}`));
      const call = client[name as 'getNetwork'] as (parameters: object) => Promise<unknown>;
      const answer = await call({ ...Object.fromEntries(inPath), ...BODIES[name] });
      const filled = path.replaceAll(/\{(\w+)\}/g, (_match, parameter: keyof typeof known) =>
        encodeURIComponent(String(known[parameter])),
      );
      const { request, status } = asked.at(-1) ?? {};
      expect(request).toBe(`${method} ${filled}`);
      if (status === 204) {
        expect(answer).toBeUndefined();
        continue;
      }
      const { error } = route.schemaOf(status ?? 0, 'application/json').safeParse(answer);
      expect(error?.issues, name).toBeUndefined();
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
