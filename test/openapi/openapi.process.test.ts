import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestProgram } from '@stellar-insights/devstack/testing';
import { describe, expect } from 'vitest';
import type { Route } from '../../apps/api/test/support/open-api.ts';
import { test as onWalk, type Values } from '../../apps/api/test/support/walk.ts';
import { skipWithout } from '../deploy/skip.ts';
import { source } from '../support/repository.ts';
import { DocsPage, findBrowser } from './docs-page.ts';
import {
  compileClients,
  GENERATORS,
  generateClients,
  readWith,
  type OpenApiDocument,
  type ReadRoute,
} from './generated-clients.ts';
import { lintWithRedocly, lintWithSpectral } from './linters.ts';

const isFull = process.env['TEST_FULL'] === '1';
/** Rendering a route takes long; what the browser sends for the others is in the test of all routes. */
const TRIED = ['getCorridorHistory', 'getWebhook'];

/** `server`: the address of an api in a process of its own, on the database that the walk over all routes has filled. */
const test = onWalk
  .extend('server', { scope: 'file' }, async ({ url, fileRedis, known: _ }, { onCleanup }) => {
    const api = await TestProgram.start({
      args: [source('apps/api/src/main.ts')],
      name: 'api',
      env: {
        API_PORT: '0',
        API_ADMIN_PORT: '0',
        API_RATE_LIMIT_PER_ADDRESS: '0',
        DATABASE_URL: url,
        REDIS_URL: fileRedis.url,
        WEBHOOK_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      },
      port: /"port":(\d+)\},"msg":"the API is served"/,
    });
    onCleanup(() => api[Symbol.asyncDispose]());
    await api.ready();
    return await api.url();
  })
  .extend('text', { scope: 'file' }, async ({ server }) => {
    const response = await fetch(`${server}/openapi.json`);
    return await response.text();
  })
  .extend('folder', { scope: 'file' }, ({ text: _ }, { onCleanup }) => {
    const folder = mkdtempSync(join(tmpdir(), 'stellar-insights-clients-'));
    onCleanup(() => rmSync(folder, { recursive: true }));
    return folder;
  });

describe('the OpenAPI document of a running api', () => {
  test('has no fault that Redocly or Spectral knows', async ({ text }) => {
    expect(await lintWithRedocly(text)).toStrictEqual([]);
    expect(await lintWithSpectral(text)).toStrictEqual([]);
  });

  test('gives generated clients that compile strictly and read every route', async ({
    text,
    routes,
    known,
    folder,
    server,
    administrator,
  }) => {
    const document = JSON.parse(text) as OpenApiDocument;
    const reads = routes.map(({ name, path }): ReadRoute => ({ name, path, inPath: valuesIn(path, known) }));
    await generateClients(folder, document, reads);
    await compileClients(folder);
    const env = { API_URL: server, API_KEY: administrator.text };
    for (const generator of GENERATORS) {
      const answers = await readWith(folder, generator, env);
      expect(Object.keys(answers)).toStrictEqual(routes.map(({ name }) => name));
      for (const route of routes) {
        const { error } = route.schemaOf(200, 'application/json').safeParse(answers[route.name]);
        expect(error?.issues, `${generator}: ${route.name}`).toBeUndefined();
      }
    }
  });
});

test(
  'the page for people shows data at the first click',
  { timeout: isFull ? 900_000 : 180_000 },
  async ({ server, routes, administrator, task, skip }) => {
    const executable = findBrowser();
    if (executable === undefined) return skipWithout({ task, skip }, 'Chromium');
    const [open, keyed] = [routes.filter(isOpen), routes.filter((route) => !isOpen(route))].map((some) =>
      some.map(({ name }) => name).filter((name) => isFull || TRIED.includes(name)),
    );
    await using page = await DocsPage.open(executable, server);
    const expectData = async (name: string): Promise<void> => {
      const { status, body } = await page.execute(name);
      expect(status, `${name}: ${body}`).toBe('200');
      expect(() => JSON.parse(body) as unknown, name).not.toThrow();
    };
    for (const name of open ?? []) await expectData(name);
    await page.authorize(administrator.text);
    for (const name of keyed ?? []) await expectData(name);
    expect(await page.offersTry('streamEvents')).toBe(false);
    expect(page.faults).toStrictEqual([]);
  },
);

function isOpen({ security }: Route): boolean {
  return security.length === 0 || security.some((way) => Object.keys(way).length === 0);
}

/** What a path names. The number of a ledger is a number in the clients, too. */
function valuesIn(path: string, known: Values): ReadRoute['inPath'] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return Object.fromEntries(
    names.map((name) => [name, name === 'sequence' ? Number(known[name]) : (known[name] ?? '')]),
  );
}
