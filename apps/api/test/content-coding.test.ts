import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { Compressor } from '../src/answers/compressor.ts';
import { acceptedCodings, codingFor, encode, SMALLEST_BYTES } from '../src/answers/content-coding.ts';

describe('the codings that a client takes', () => {
  it.for<[header: string | undefined, accepted: string]>([
    [undefined, 'identity'],
    ['', 'identity'],
    [' ', 'identity'],
    ['gzip, deflate, br, zstd', 'br gzip identity'],
    ['gzip', 'gzip identity'],
    ['GZIP', 'gzip identity'],
    ['x-gzip', 'gzip identity'],
    ['deflate', 'identity'],
    ['*', 'br gzip identity'],
    ['br;q=0.5, gzip;q=0.8', 'gzip br identity'],
    ['br;q=0, *', 'gzip identity'],
    ['gzip;q=0.5, identity', 'identity gzip'],
    ['identity;q=0.5, gzip;q=0.5', 'gzip identity'],
    ['gzip;q=0', 'identity'],
    ['gzip;q=0.001', 'gzip identity'],
    ['gzip, identity;q=0', 'gzip'],
    ['gzip, *;q=0', 'gzip'],
    ['identity;q=0', 'identity'],
    ['*;q=0', 'identity'],
    ['br;q=0, gzip;q=0, identity;q=0', 'identity'],
    ['identity, *;q=0', 'identity'],
    [',, ;q=1, gzip;;q=1;x=y,', 'gzip identity'],
    ['\u00FC', 'identity'],
  ])('%j', ([header, accepted]) => {
    expect(acceptedCodings(header).join(' ')).toBe(accepted);
  });
});

it('a body that is small is sent as it is, unless the client refuses that', () => {
  expect(codingFor(['br', 'identity'], SMALLEST_BYTES - 1)).toBe('identity');
  expect(codingFor(['br', 'identity'], SMALLEST_BYTES)).toBe('br');
  expect(codingFor(['identity', 'br'], SMALLEST_BYTES)).toBe('identity');
  expect(codingFor(['gzip'], 1)).toBe('gzip');
});

it('a coded body decodes to what it was', async () => {
  const text = 'zażółć '.repeat(1000);
  for (const best of [false, true]) {
    expect(brotliDecompressSync(await encode(text, 'br', { best })).toString()).toBe(text);
    expect(gunzipSync(await encode(Buffer.from(text), 'gzip', { best })).toString()).toBe(text);
  }
});

it('four bodies are coded at a time; further ones are sent as they are, unless the client refuses that', async () => {
  const registry = new Registry();
  const compressor = new Compressor(registry);
  const text = 'x'.repeat(100_000);
  const all = await Promise.all(
    Array.from({ length: 7 }, (_, place) =>
      compressor.code(text, place === 6 ? ['gzip'] : ['br', 'gzip', 'identity']),
    ),
  );
  expect(all.map(({ coding }) => coding)).toEqual(['br', 'br', 'br', 'br', 'identity', 'identity', 'gzip']);
  expect((await compressor.code(text, ['br', 'identity'])).coding).toBe('br');
  const metrics = await registry.metrics();
  expect(metrics).toContain('insights_api_compressions_skipped_total 2');
  expect(metrics).toContain('insights_api_body_bytes_total{coding="br",of="content"} 500000');
  expect(metrics).toContain('insights_api_body_bytes_total{coding="identity",of="sent"} 200000');
});
