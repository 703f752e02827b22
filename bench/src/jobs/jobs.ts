import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startRedis } from '@stellar-insights/devstack';
import { TestProgram } from '@stellar-insights/devstack/testing';
import { median, report, reportOptions, type Measurement } from '../measurement.ts';
import { cpuTimeMs } from '../process-time.ts';

const USAGE = `usage: pnpm bench jobs [--jobs N] [--rounds N] [--concurrency N] [--json] [--check]
  --jobs         of a round; default: 20000
  --rounds       how often each runs, all in turn; default: 5
  --concurrency  jobs of a worker at a time; default: 32
  --json         print JSON instead of a table
  --check        exit with 1 if a limit is missed`;

const HARNESSES = ['bare', 'ours'] as const;
type Harness = (typeof HARNESSES)[number];

const TITLES: Readonly<Record<Harness, string>> = {
  bare: 'BullMQ alone',
  ours: 'the harness of the workers',
};
/** The least share of what BullMQ alone does. */
const LEAST_SHARE = 0.85;
const RUNNER = resolve(import.meta.dirname, '../programs/job-runner.ts');

interface Done {
  readonly perSecond: number;
  /** CPU time of the process that adds the jobs and does them. */
  readonly cpuMicroseconds: number;
}

type Round = Readonly<Record<Harness, Done>>;

/** Adds and does jobs that do nothing, by BullMQ alone and by our harness, in turn. Resolves to the exit code. */
export async function benchJobs(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      jobs: { type: 'string', default: '20000' },
      rounds: { type: 'string', default: '5' },
      concurrency: { type: 'string', default: '32' },
      ...reportOptions,
    },
  });
  const { jobs, rounds, concurrency } = values;
  if (![jobs, rounds, concurrency].every((value) => Number.isInteger(Number(value)) && Number(value) > 0)) {
    console.error(USAGE);
    return 2;
  }
  const measurements = figures(await measure(Number(jobs), Number(rounds), concurrency));
  return report(measurements, values);
}

async function measure(jobs: number, rounds: number, concurrency: string): Promise<Round[]> {
  await using redis = await startRedis();
  const start = (harness: Harness): Promise<TestProgram> =>
    TestProgram.start({
      args: [RUNNER],
      env: { BENCH_HARNESS: harness, BENCH_REDIS: redis.url, BENCH_CONCURRENCY: concurrency },
      port: /^listening (\d+)$/m,
    });
  await using bare = await start('bare');
  await using ours = await start('ours');
  const runners = { bare, ours };
  const all: Round[] = [];
  // The first round warms up both.
  for (let round = 0; round <= rounds; round += 1) {
    const done: Partial<Record<Harness, Done>> = {};
    // Whoever is second may find a busier machine, so they take turns.
    for (const harness of round % 2 === 0 ? HARNESSES : HARNESSES.toReversed()) {
      const result = await run(runners[harness], jobs);
      console.error(
        `${TITLES[harness]}: ${result.perSecond.toFixed(0)} jobs/s, ${result.cpuMicroseconds.toFixed(1)} µs each`,
      );
      done[harness] = result;
    }
    if (round > 0) all.push(done as Round);
  }
  return all;
}

async function run(runner: TestProgram, jobs: number): Promise<Done> {
  const before = runner.lines<{ ms: number }>().length;
  const cpuBefore = cpuTimeMs(runner.pid);
  await runner.get(`/${jobs}`, { method: 'POST' });
  await runner.logged(() => runner.lines().length > before);
  const cpuMs = cpuTimeMs(runner.pid) - cpuBefore;
  const { ms = Number.NaN } = runner.lines<{ ms: number }>().at(-1) ?? {};
  return { perSecond: (jobs / ms) * 1000, cpuMicroseconds: (cpuMs * 1000) / jobs };
}

function figures(rounds: readonly Round[]): Measurement[] {
  const of = (figure: (round: Round) => number): number => median(rounds.map(figure));
  // Other work on the machine weighs on one round as a whole, so each is compared within itself.
  const shares = rounds.map(({ bare, ours }) => ours.perSecond / bare.perSecond);
  const percent = (share: number): string => (100 * share).toFixed(0);
  return [
    ...HARNESSES.flatMap((harness) => [
      { what: TITLES[harness], value: of((round) => round[harness].perSecond), unit: 'jobs/s' },
      {
        what: `${TITLES[harness]}: CPU of a job`,
        value: of((round) => round[harness].cpuMicroseconds),
        unit: 'µs',
      },
    ]),
    {
      what: `${TITLES.ours}: share of BullMQ alone`,
      value: 100 * median(shares),
      unit: '%',
      least: 100 * LEAST_SHARE,
      note: `${percent(Math.min(...shares))} to ${percent(Math.max(...shares))} %`,
    },
  ];
}
