import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RedisServer } from '@stellar-insights/devstack';
import { eventually, type TestProgram } from '@stellar-insights/devstack/testing';
import { test } from '@stellar-insights/devstack/vitest';
import { describe, expect, onTestFinished } from 'vitest';
import { setStage } from './support/stage.ts';
import { answers, CLEAN_STOP, startWorker } from './support/worker.ts';

const CLOCK_AHEAD = pathToFileURL(resolve(import.meta.dirname, 'programs/clock-ahead.ts')).href;
const HOUR_MS = 3_600_000;

interface Line {
  readonly level?: string;
  readonly msg?: string;
}

/** The URL of a Redis user who may do what the rules say. */
async function urlOfUser(redis: RedisServer, rules: string): Promise<string> {
  await redis.command('ACL', 'SETUSER', 'limited', 'reset', 'on', '>secret', '~*', ...rules.split(' '));
  onTestFinished(async () => void (await redis.command('ACL', 'DELUSER', 'limited')));
  return redis.url.replace('redis://', 'redis://limited:secret@');
}

function warnings(worker: TestProgram, pattern: RegExp): Line[] {
  return worker.lines<Line>().filter(({ level, msg = '' }) => level === 'warn' && pattern.test(msg));
}

describe('a worker', () => {
  test('works without INFO and CONFIG, and is degraded, with the reason, while Redis is full or refuses scripts', async ({
    database,
    redis,
  }) => {
    const { lake, env, reached, synced } = await setStage(database, redis);
    await lake.publish(5);
    const worker = await startWorker({ ...env, REDIS_URL: await urlOfUser(redis, '+@all -info -config') });
    await reached(lake.last);
    await synced();
    await answers(worker, '/health/ready', 200, /"status":"ready",.*"redis":"up","reason":null/);

    onTestFinished(async () => void (await redis.command('CONFIG', 'SET', 'maxmemory', '0')));
    await redis.command('CONFIG', 'SET', 'maxmemory', '1');
    const full = /"status":"degraded",.*"redis":"failing","reason":"redis: OOM command not allowed/;
    await answers(worker, '/health/ready', 200, full);
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
    await answers(worker, '/health/ready', 200, /"status":"ready"/);

    await redis.command('ACL', 'SETUSER', 'limited', '-@scripting');
    const refused = /"status":"degraded",.*"redis":"failing","reason":"redis: NOPERM/;
    await answers(worker, '/health/ready', 200, refused);
    expect(await worker.stop()).toEqual(CLEAN_STOP);

    expect(warnings(worker, /could not be checked/)).toHaveLength(1);
    expect(warnings(worker, /^NOPERM/).length).toBeLessThan(10);
    const lines = worker.output.trimEnd().split('\n');
    expect(lines.filter((line) => !line.startsWith('{'))).toEqual([]);
  });

  test('that Redis refuses scripts from the start ends with exit 78 and names the command', async ({
    database,
    redis,
  }) => {
    const { env } = await setStage(database, redis);
    const worker = await startWorker({ ...env, REDIS_URL: await urlOfUser(redis, '+@all -@scripting') });
    expect(await worker.ended()).toEqual({ code: 78, signal: null });
    expect(worker.output).toMatch(/redis_refused.*found that Redis refuses EVAL /s);
  });

  test('whose clock was an hour ahead, and that is gone, holds up no task of the next one', async ({
    database,
    redis,
  }) => {
    const { lake, env, reached, synced } = await setStage(database, redis);
    await lake.publish(2);
    const ahead = await startWorker({
      ...env,
      NODE_OPTIONS: `--import=${CLOCK_AHEAD}`,
      CLOCK_AHEAD_MS: String(HOUR_MS),
    });
    await reached(lake.last);
    await synced();
    await ahead.stop('SIGKILL');

    const worker = await startWorker(env);
    await lake.publish(2);
    await reached(lake.last);
    await synced();
    await eventually(() => expect(warnings(worker, /next run of metrics-sync in 3\d\d\d/)).toHaveLength(1));
    expect(await worker.stop()).toEqual(CLEAN_STOP);
  });
});
