import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { StagingFolder } from '../src/stores/staging.ts';
import { test } from './lakes.ts';

test('a staging folder goes at the end, and with it those that nobody has touched for an hour', async ({
  folder,
}) => {
  for (const [name, minutes] of [
    ['old', 61],
    ['young', 59],
  ] as const) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'payments.parquet'), 'half a file');
    const time = new Date(Date.now() - minutes * 60_000);
    await utimes(join(folder, name), time, time);
  }
  {
    await using staging = await StagingFolder.create(folder);
    await writeFile(join(staging.path, 'payments.parquet'), 'half a file');
    expect(await readdir(folder)).toHaveLength(2);
  }
  expect(await readdir(folder)).toStrictEqual(['young']);
});
