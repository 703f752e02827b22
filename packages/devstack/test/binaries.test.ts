import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reachableBinaries } from '../src/postgres/binaries.ts';

let folder: string;
let copyInto: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'binaries-'));
  copyInto = join(folder, 'copy');
  for (const name of ['package/native/bin', 'package/native/lib', 'copy'])
    mkdirSync(join(folder, name), { recursive: true });
  for (const name of ['bin/initdb', 'bin/postgres', 'lib/libpq.so.5.18']) {
    writeFileSync(join(folder, 'package/native', name), name, { mode: 0o755 });
  }
  symlinkSync('libpq.so.5.18', join(folder, 'package/native/lib/libpq.so'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function binaries() {
  const bin = join(folder, 'package', 'native', 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), control: join(bin, 'pg_ctl') };
}

test('binaries that another account can reach are used where they are', async () => {
  chmodSync(folder, 0o755);
  expect(await reachableBinaries(binaries(), copyInto)).toEqual(binaries());
});

test('binaries below a private folder are copied, libraries and their links included', async () => {
  chmodSync(folder, 0o700);
  const { initdb, postgres } = await reachableBinaries(binaries(), copyInto);
  expect(initdb).toBe(join(copyInto, 'native', 'bin', 'initdb'));
  expect(readFileSync(postgres, 'utf8')).toBe('bin/postgres');
  expect(readFileSync(join(copyInto, 'native', 'lib', 'libpq.so'), 'utf8')).toBe('lib/libpq.so.5.18');
});
