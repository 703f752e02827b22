import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestProgram } from '@stellar-insights/devstack/testing';
import { expect, onTestFinished, test } from 'vitest';
import { source } from './support/repository.ts';

test('pnpm simnet lake writes a lake and prints the command with which pnpm insights replays it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'simulated-lake-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const lake = join(folder, 'lake');
  const written = await TestProgram.run({
    args: [source('packages/simnet/src/main.ts'), 'lake', '--out', lake, '--ledgers', '20'],
  });
  expect(written).toMatchObject({ code: 0, stderr: '' });

  const args = /pnpm insights (replay .*)$/m.exec(written.stdout)?.[1]?.split(' ') ?? [];
  const replayed = await TestProgram.run({
    args: [source('apps/worker/src/cli.ts'), ...args, '--json'],
  });
  expect(replayed.code).toBe(0);
  expect(JSON.parse(replayed.stdout)).toMatchObject({
    from: 1000,
    to: 1019,
    ledgers: 20,
    corridors: expect.arrayContaining([expect.objectContaining({ source_asset: 'native' })]) as unknown,
  });
});
