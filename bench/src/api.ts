import { parseArgs } from 'node:util';
import { measureCachedReads } from './api/cached-reads.ts';
import { measureClientMemory } from './api/client-memory.ts';
import { measureUncachedReads } from './api/uncached-reads.ts';
import { ApiStage } from './api/stage.ts';
import { report, reportOptions, type Measurement } from './measurement.ts';

const USAGE = `usage: pnpm bench api [--rounds N] [--json] [--check]
  --rounds   of each, in turn; default: 60
  --json     print JSON instead of a table
  --check    exit with 1 if a limit is missed

Needs the build: pnpm build.`;

/** What the API adds to ready bytes and to SQL, and what a client takes. Resolves to the exit code. */
export async function benchApi(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '60' },
      ...reportOptions,
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    console.error(USAGE);
    return 2;
  }
  const measurements = await measure(rounds);
  return report(measurements, values);
}

async function measure(rounds: number): Promise<Measurement[]> {
  await using stage = await ApiStage.start();
  return [
    ...(await measureCachedReads(stage, rounds)),
    ...(await measureUncachedReads(stage)),
    ...(await measureClientMemory(stage)),
  ];
}
