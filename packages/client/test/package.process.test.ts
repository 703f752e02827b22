import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const TSC = resolve(root, '../../node_modules/.bin/tsc');
const folder = mkdtempSync(join(tmpdir(), 'client-packed-'));
let tarball: Uint8Array;

beforeAll(() => {
  execFileSync(TSC, ['-b'], { cwd: root });
  // Not `prepack`: it begins by deleting what other tests may read.
  const args = ['pack', '--json', '--config.ignore-scripts=true', '--pack-destination', folder];
  const { filename } = JSON.parse(execFileSync('pnpm', args, { cwd: root, encoding: 'utf8' })) as {
    filename: string;
  };
  tarball = new Uint8Array(readFileSync(resolve(folder, filename)));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('the package as pnpm packs it', () => {
  test('satisfies publint', async () => {
    const { messages } = await publint({ pack: { tarball: tarball.slice().buffer }, strict: true });
    expect(messages).toEqual([]);
  });

  test('has types that are right for every kind of import there is, in the eyes of "are the types wrong"', async () => {
    const { types, ...analysis } = (await checkPackage(createPackageFromTarballData(tarball))) as {
      types: unknown;
      problems?: { kind: string; resolutionKind?: string }[];
    };
    expect(types).toBeTruthy();
    // Node 10 knows no `exports`. TypeScript's mode `node16` does not know that `require()` takes ES modules today.
    const problems = analysis.problems?.filter(
      ({ kind, resolutionKind }) => kind !== 'CJSResolvesToESM' && resolutionKind !== 'node10',
    );
    expect(problems).toEqual([]);
  });
});
