import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { Coding } from '../src/answers/content-coding.ts';
import type { Api } from './support/ask.ts';
import { decoded } from './support/decoded.ts';
import { expectProblem } from './support/open-api.ts';
import { test } from './support/stage.ts';

/* What is the same for everybody until the next release: the documentation, the OpenAPI document, the icon. */

const TYPES: Readonly<Record<string, RegExp>> = {
  '.css': /^text\/css/,
  '.js': /^text\/javascript/,
  '.svg': /^image\/svg\+xml$/,
};

/** What HEAD says as GET does. */
const COMPARED = [
  'content-length',
  'content-type',
  'content-encoding',
  'etag',
  'content-security-policy',
  'cache-control',
  'vary',
];

test('the documentation page loads resources and scripts from its own origin only', async ({ api }) => {
  const response = await api.request('/docs');
  expect(response.headers.get('content-security-policy')).toContain("script-src 'self'");
  const page = await response.text();
  const sources = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, source = '']) => source);
  expect(sources).toHaveLength(4);
  expect(page).not.toMatch(/https?:|<script>|onload/);
  for (const source of sources) {
    const asset = await api.request(source);
    expect(asset.status).toBe(200);
    const extension = source.slice(source.lastIndexOf('.'));
    expect(asset.headers.get('content-type')).toMatch(TYPES[extension] ?? /^$/);
  }
});

test('an answer that never changes has an ETag for each coding, is 304 for who has it, and its HEAD is a GET without the body', async ({
  api,
}) => {
  const files = ['/favicon.svg', '/docs', '/docs/swagger-ui-bundle.js', '/docs/start.js', '/openapi.json'];
  for (const path of files) {
    const tags = new Set<string | null>();
    const [, text] = await answerIn(api, path, 'identity');
    const tag = createHash('sha1').update(text).digest('hex');
    for (const coding of ['identity', 'gzip', 'br'] as const) {
      const [response, content] = await answerIn(api, path, coding);
      const { headers } = response;
      expect(content).toBe(text);
      expect(headers.get('etag')).toBe(headers.has('content-encoding') ? `"${tag}-${coding}"` : `"${tag}"`);
      tags.add(headers.get('etag'));
      const accept = { 'accept-encoding': coding };
      const again = await api.request(path, {
        headers: { ...accept, 'if-none-match': headers.get('etag') ?? '' },
      });
      expect([again.status, await again.text()]).toStrictEqual([304, '']);
      expect(again.headers.get('etag')).toBe(headers.get('etag'));
      expect(again.headers.get('vary')).toContain('Accept-Encoding');
      const head = await api.request(path, { method: 'HEAD', headers: accept });
      expect([head.status, await head.text()]).toStrictEqual([200, '']);
      for (const name of COMPARED) expect([path, head.headers.get(name)]).toEqual([path, headers.get(name)]);
    }
    expect(tags.size).toBe(text.length < 1024 ? 1 : 3);
  }
});

test('the root leads to the documentation, and a path with a slash at its end to the path', async ({
  api,
}) => {
  const leads: Readonly<Record<string, [status: number, to: string | null]>> = {
    '/': [302, '/docs'],
    '/?from=browser': [302, '/docs'],
    '/docs/': [308, '/docs'],
    '/docs//': [308, '/docs'],
    '/openapi.json/': [308, '/openapi.json'],
    '/api/v1/payments/?limit=2&memo=%2F': [308, '/api/v1/payments?limit=2&memo=%2F'],
    '/api/v1/corridors/native/native/history/': [308, '/api/v1/corridors/native/native/history'],
    '/docs/docs/': [308, '/docs/docs'],
    '//': [404, null],
    '//evil.example/': [404, null],
    '/\\evil.example/': [404, null],
    '/docs//evil.example/': [404, null],
    '/%2Fevil.example/': [308, '/%2Fevil.example'],
  };
  for (const method of ['GET', 'HEAD']) {
    for (const [path, expected] of Object.entries(leads)) {
      const { status, headers } = await api.request(path, { method });
      expect([path, status, headers.get('location')]).toEqual([path, ...expected]);
    }
  }
  for (const method of ['POST', 'DELETE', 'PATCH']) {
    for (const path of ['/api/v1/webhooks/', '/api/v1/keys/', '/docs/']) {
      const response = await api.request(path, { method, ...(method !== 'DELETE' && { body: '{}' }) });
      await expectProblem(response, 404);
    }
  }
  const icon = await api.request('/favicon.ico');
  expect([icon.status, icon.headers.get('content-type')]).toEqual([200, 'image/x-icon']);
  expect(Buffer.from(await icon.arrayBuffer()).subarray(0, 6)).toEqual(Buffer.from([0, 0, 1, 0, 1, 0]));
});

/** The answer to a client that takes only this coding, and its content. */
async function answerIn(api: Api, path: string, coding: Coding): Promise<[Response, string]> {
  const response = await api.request(path, { headers: { 'accept-encoding': coding } });
  const body = Buffer.from(await response.arrayBuffer());
  expect(response.headers.get('content-length')).toBe(`${body.byteLength}`);
  return [response, decoded(body, (response.headers.get('content-encoding') ?? 'identity') as Coding)];
}
