/**
 * Everything that must hold before a change lands, in one command; exit 0 only if all of it holds. The last line is
 * `N passed, N failed`, followed by `, N skipped` if any test was skipped. A static check counts as one. `--full` adds
 * what takes long.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '..');
const full = process.argv.includes('--full');
const binaries = join(repository, 'node_modules/.bin');

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
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

function staticChecks(): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [command, ...args] of STATIC_CHECKS) {
    counts[run(command, args) ? 'passed' : 'failed']++;
  }
  return counts;
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

/** A file that fails outside its tests, and a run that fails outside its files, count as one failure each. */
function tests(): Counts {
  const folder = mkdtempSync(join(tmpdir(), 'stellar-insights-check-'));
  try {
    const file = join(folder, 'report.json');
    const succeeded = run('vitest', [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ]);
    const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
    const brokenFiles = report.testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    ).length;
    const failed = report.numFailedTests + brokenFiles;
    return {
      passed: report.numPassedTests,
      failed: failed === 0 && !succeeded ? 1 : failed,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The compose files on a Docker engine; skipped where none can be had. */
function composeTest(): Counts {
  const folder = mkdtempSync(join(tmpdir(), 'stellar-insights-check-'));
  try {
    const file = join(folder, 'report.json');
    const script = ['--conditions=@stellar-insights/source', 'scripts/compose-test/main.ts'];
    const succeeded = run(process.execPath, [...script, '--report', file]);
    if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
    const counts = JSON.parse(readFileSync(file, 'utf8')) as Counts;
    return { ...counts, failed: counts.failed === 0 && !succeeded ? 1 : counts.failed };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const all = [staticChecks, tests, ...(full ? [composeTest] : [])].map((check) => check());
const sum = (count: keyof Counts): number => all.reduce((total, counts) => total + counts[count], 0);
const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')];
console.log(`\n${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`);
// A run without a single test is no success.
process.exitCode = failed === 0 && (all[1]?.passed ?? 0) > 0 ? 0 : 1;
