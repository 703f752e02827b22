/**
 * Everything that must hold before a change lands, in one command; exit 0 only if all of it does. Its last line is
 * `N passed, N failed`, a static check counting as one. `--full` adds what takes long.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '..');
const full = process.argv.includes('--full');
const binaries = join(repository, 'node_modules/.bin');

interface Tally {
  passed: number;
  failed: number;
}

function run(command: string, args: readonly string[]): boolean {
  console.log(`\n> ${command} ${args.join(' ')}`);
  const { status } = spawnSync(command, args, {
    cwd: repository,
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: `${binaries}:${process.env['PATH'] ?? ''}`,
      ...(full ? { TEST_FULL: '1' } : {}),
    },
  });
  return status === 0;
}

const STATIC_CHECKS: readonly (readonly [command: string, ...args: string[]])[] = [
  ['tsc', '-b'],
  ['prettier', '--check', '--log-level', 'warn', '.'],
  ['oxlint', '--type-aware', '--deny-warnings'],
  ['knip'],
  [process.execPath, '--conditions=@stellar-insights/source', 'scripts/env-example.ts', '--check'],
];

function staticChecks(): Tally {
  const tally = { passed: 0, failed: 0 };
  for (const [command, ...args] of STATIC_CHECKS) {
    tally[run(command, args) ? 'passed' : 'failed']++;
  }
  return tally;
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

/** A file that fails outside its tests, and a run that fails outside its files, count as one failure each. */
function tests(): Tally {
  const folder = mkdtempSync(join(tmpdir(), 'stellar-insights-check-'));
  try {
    const file = join(folder, 'report.json');
    const succeeded = run('vitest', [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ]);
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(
      readFileSync(file, 'utf8'),
    ) as VitestReport;
    const brokenFiles = testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    ).length;
    const failed = numFailedTests + brokenFiles;
    return { passed: numPassedTests, failed: failed === 0 && !succeeded ? 1 : failed };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [statics, dynamics] = [staticChecks(), tests()];
const passed = statics.passed + dynamics.passed;
const failed = statics.failed + dynamics.failed;
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && dynamics.passed > 0 ? 0 : 1;
