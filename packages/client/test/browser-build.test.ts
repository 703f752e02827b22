import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';

const repository = resolve(import.meta.dirname, '../../..');
/** The most that the client, with the paths of all routes, may cost a page. */
const MOST_BYTES = 9 * 1024;

test('a bundle for browsers has the client and constants of the contract, nothing else, and is small', () => {
  const { metafile, outputFiles } = buildSync({
    stdin: { contents: "export * from '@stellar-insights/client'", resolveDir: import.meta.dirname },
    absWorkingDir: repository,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    platform: 'browser',
    format: 'esm',
    conditions: ['@stellar-insights/source'],
    logLevel: 'error',
  });
  const foreign = Object.keys(metafile.inputs)
    .map((path) => path.replace(/^packages\//, ''))
    .filter((path) => !/^(client\/src\/|<stdin>)/.test(path));
  expect(foreign.toSorted()).toEqual([
    'contract/src/events/channels.ts',
    'contract/src/events/cursor.ts',
    'contract/src/patterns.ts',
    'contract/src/realtime/codes.ts',
    'contract/src/webhooks/signature/errors.ts',
    'contract/src/webhooks/signature/index.ts',
    'contract/src/webhooks/signature/secret-text.ts',
    'contract/src/webhooks/signature/signed-content.ts',
    'contract/src/webhooks/signature/signing-key.ts',
    'contract/src/webhooks/signature/verifying-key.ts',
  ]);
  const [bundle] = outputFiles;
  expect(bundle?.text).not.toMatch(/node:|\brequire\(/);
  expect(gzipSync(bundle?.contents ?? '').length).toBeLessThan(MOST_BYTES);
});
