import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { candidates } from '../candidates.ts';
import { Contestant } from '../contestant.ts';
import { request } from '../http-client.ts';
import { LIMIT_MS, type Scenario } from '../scenario.ts';

const rows = { exit: 'exit after SIGTERM, ms', code: 'exit code' };

export const blockedLoop: Scenario = {
  title: 'event loop blocked while stopping, timeout 3 s',
  rows,
  once: true,
  concurrency: candidates.length,
  async run(candidate) {
    const contestant = await Contestant.start(candidate);
    const agent = new Agent();
    const blocking = request(contestant.port, '/block', agent);
    await delay(50);
    const signalled = contestant.terminate();
    const { at, status } = await contestant.exited(LIMIT_MS);
    await blocking;
    await contestant.dispose();
    return { exit: at - signalled, code: status };
  },
};

export const hungHook: Scenario = {
  title: 'a cleanup hook that never ends, timeout 3 s',
  rows,
  once: true,
  concurrency: candidates.length,
  async run(candidate) {
    const contestant = await Contestant.start(candidate, { BENCH_HOOK: 'hang' });
    const signalled = contestant.terminate();
    const { at, status } = await contestant.exited(LIMIT_MS);
    await contestant.dispose();
    return { exit: at - signalled, code: status };
  },
};

export const secondSignal: Scenario = {
  title: 'a hook that never ends and a second SIGTERM after 0.5 s',
  rows: { exit: 'exit after the second SIGTERM, ms', code: 'exit code' },
  once: true,
  concurrency: candidates.length,
  async run(candidate) {
    const contestant = await Contestant.start(candidate, { BENCH_HOOK: 'hang' });
    contestant.terminate();
    await delay(500);
    const signalled = contestant.terminate();
    const { at, status } = await contestant.exited(LIMIT_MS);
    await contestant.dispose();
    return { exit: at - signalled, code: status };
  },
};
