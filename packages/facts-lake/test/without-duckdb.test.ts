import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { test } from './lakes.ts';

const PROGRAM = join(import.meta.dirname, 'programs/without-duckdb.ts');

test('a lake opens without DuckDB, and an error says what is missing once a chunk is written or read', async ({
  folder,
}) => {
  const args = ['--conditions=@stellar-insights/source', PROGRAM, folder];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const line = expect.stringMatching(
    /^duckdb_missing: found no DuckDB .* package @duckdb\/node-api/,
  ) as string;
  expect(stdout.trim().split('\n')).toStrictEqual([line, line]);
});
