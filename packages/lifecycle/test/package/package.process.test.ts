import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { buildSync, transformSync, type BuildOptions } from 'esbuild';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startProgram } from '@stellar-insights/devstack/vitest';
import type { ShutdownReport } from '@stellar-insights/lifecycle';
import { PackedPackage } from './packed-package.ts';

const TSC = resolve(import.meta.dirname, '../../../../node_modules/.bin/tsc');

let packed: PackedPackage;
beforeAll(() => void (packed = new PackedPackage()));
afterAll(() => packed[Symbol.dispose]());

interface Ending {
  readonly code: number | null;
  readonly outcome: string | undefined;
  readonly stderr: string;
}

/** How a program that imports every entry ends at a SIGTERM. */
async function endingOf(path: string, ...args: readonly string[]): Promise<Ending> {
  // Not the harness's own command: that one asks for the sources of packages.
  const program = await startProgram({ command: process.execPath, args: [path, ...args] });
  await program.printed('found 5 entries');
  await program.printed('ready');
  await program.signal('SIGTERM');
  const { code } = await program.ended();
  return { code, outcome: program.report<ShutdownReport>()?.outcome, stderr: program.stderr };
}

/** The program stops cleanly, and its watchdog ends it when it blocks. */
const stopsAndIsWatched = [
  { code: 0, outcome: 'clean', stderr: expect.not.stringContaining('watchdog') as string },
  { code: 70, outcome: undefined, stderr: expect.stringContaining('at aLoopThatNeverEnds (') as string },
];

describe('the package as npm packs it', () => {
  test('satisfies publint', async () => {
    const { buffer } = new Uint8Array(readFileSync(packed.tarball));
    const { messages } = await publint({ pack: { tarball: buffer }, strict: true });
    expect(messages).toEqual([]);
  });

  test('has types that are right for every kind of import there is, in the eyes of "are the types wrong"', async () => {
    const tarball = createPackageFromTarballData(new Uint8Array(readFileSync(packed.tarball)));
    const analysis = await checkPackage(tarball);
    if (!analysis.types) throw new Error('found no types in the package');
    // Node 10 knows no `exports`. TypeScript's mode `node16` does not know that `require()` takes ES modules today.
    const problems = analysis.problems.filter(
      (problem) =>
        problem.kind !== 'CJSResolvesToESM' &&
        !('resolutionKind' in problem && problem.resolutionKind === 'node10'),
    );
    expect(problems).toEqual([]);
  });

  test('names in its manifest nothing that only this repository knows', () => {
    const manifest = readFileSync(join(packed.installed, 'package.json'), 'utf8');
    expect(manifest).not.toMatch(/"(catalog|workspace|link|file):/);
    // `require()` of an ES module needs no flag from here on.
    expect(JSON.parse(manifest)).toMatchObject({ engines: { node: '>=22.12' } });
    const targets = [...manifest.matchAll(/"(\.\/[^"]+\.[a-z.]+)"/g)].map(([, path = '']) => path);
    expect(targets.length).toBeGreaterThan(10);
    expect(targets.filter((path) => !existsSync(join(packed.installed, path)))).toEqual([]);
  });

  test('has source maps that point to files within it', () => {
    const maps = globSync('dist/**/*.map', { cwd: packed.installed });
    const sources = maps.flatMap((map) => {
      const path = join(packed.installed, map);
      const parsed = JSON.parse(readFileSync(path, 'utf8')) as { sources: string[] };
      return parsed.sources.map((source) => resolve(dirname(path), source));
    });
    expect(sources.length).toBeGreaterThan(100);
    const lost = sources.filter(
      (path) => relative(packed.installed, path).startsWith('..') || !existsSync(path),
    );
    expect(lost).toEqual([]);
  });
});

describe('installed into a fresh project', () => {
  test.each([
    ['an ES module', 'esm', 'entry.mjs'],
    ['a CommonJS module', 'cjs', 'entry.cjs'],
  ] as const)('it runs in %s', async (_what, format, name) => {
    const { code } = transformSync(packed.program('every-entry.ts'), { loader: 'ts', format });
    const path = packed.write(name, code);
    expect(await Promise.all([endingOf(path), endingOf(path, 'block')])).toEqual(stopsAndIsWatched);
  });

  test.each([
    ['node16', 'node16', ['entry.mts']],
    ['nodenext', 'nodenext', ['entry.mts', 'entry.cts']],
    ['bundler', 'esnext', ['entry.ts']],
  ])('its types are those of a TypeScript project: %s', (moduleResolution, module, names) => {
    const files = names.map((name) => packed.write(name, packed.program('every-entry.ts')));
    // The declarations themselves are checked once.
    const skipLibCheck = String(moduleResolution !== 'nodenext');
    const options = { target: 'es2022', types: 'node', module, moduleResolution, skipLibCheck };
    const args = Object.entries(options).flatMap(([option, value]) => [`--${option}`, value]);
    const { status, stdout } = spawnSync(TSC, ['--noEmit', '--strict', ...args, ...files], {
      cwd: packed.project,
      encoding: 'utf8',
    });
    expect(status, stdout).toBe(0);
  });
});

describe('bundled by esbuild', () => {
  test.each([
    ['ES modules', { format: 'esm', outfile: 'bundle.mjs' }],
    ['CommonJS, minified', { format: 'cjs', outfile: 'bundle.cjs', minify: true, keepNames: true }],
  ] as const satisfies readonly [string, BuildOptions][])(
    'it runs from a single file: %s',
    async (_what, options) => {
      const entry = packed.write('entry.ts', packed.program('every-entry.ts'));
      const outfile = packed.write(`bundled/${options.outfile}`, '');
      const external = ['bullmq', 'ioredis', 'postgres', 'ws'];
      buildSync({
        ...options,
        entryPoints: [entry],
        outfile,
        bundle: true,
        platform: 'node',
        external,
        logLevel: 'error',
      });
      expect(await Promise.all([endingOf(outfile), endingOf(outfile, 'block')])).toEqual(stopsAndIsWatched);
    },
  );
});
