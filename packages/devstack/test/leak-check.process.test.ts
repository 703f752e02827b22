import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { TestProgram } from '@stellar-insights/devstack/testing';
import { expect, test } from 'vitest';

const VITEST = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const LEAKS = join(import.meta.dirname, 'programs', 'leaks');

interface Report {
  success: boolean;
  testResults: {
    message: string;
    assertionResults: { title: string; status: string; failureMessages: string[] }[];
  }[];
}

/** The report of a whole Vitest run over the folder of leaking tests. */
async function runLeaks(): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'leak-check-'));
  const file = join(folder, 'report.json');
  try {
    const args = [
      VITEST,
      'run',
      '--config',
      join(LEAKS, 'vitest.config.ts'),
      '--reporter=json',
      `--outputFile=${file}`,
    ];
    await TestProgram.run({ name: 'vitest', args });
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a test that leaves a connection open fails, names it, and does not make the next test fail', async () => {
  const { success, testResults } = await runLeaks();
  const [file] = testResults;
  expect(success).toBe(false);
  expect(file?.assertionResults.map(({ title, status }) => [title, status])).toEqual([
    ['leaks a Redis client', 'failed'],
    ['closes its Redis client', 'passed'],
    ['leaks a Postgres connection', 'failed'],
    ['closes its Postgres connection', 'passed'],
    ['leaks into another database', 'failed'],
  ]);
  const [redis, , postgres, , elsewhere] =
    file?.assertionResults.map(({ failureMessages }) => failureMessages.join('\n')) ?? [];
  expect(redis).toMatch(/found 1 connection\(s\) to the file's Redis still open.*forgotten-client/s);
  expect(postgres).toMatch(
    /found 1 connection\(s\) to the file's Postgres still open.*forgotten pool.*last query: .*select 1/s,
  );
  expect(elsewhere).toMatch(/to elsewhere/);
  // At the end of the file they are still there.
  expect(file?.message).toMatch(/at its end/);
});
