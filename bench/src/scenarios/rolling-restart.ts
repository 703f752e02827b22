import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Candidate } from '../candidates.ts';
import { Contestant } from '../contestant.ts';
import { request } from '../http-client.ts';
import type { Scenario } from '../scenario.ts';
import { type Backend, freePorts, startHaproxy } from './haproxy.ts';

const CLIENTS = 16;
const LIMIT_MS = 2500;
/** HAProxy probes every 100 ms; one good probe is enough. */
const SEEN_MS = 300;

export const rollingRestart: Scenario = {
  ...rolling({ lifecycle: '5000' }),
  title: 'rolling restart behind HAProxy, retries 0; lifecycle: adaptive delay of 5 s at most',
};
export const delayedRollingRestart: Scenario = {
  ...rolling({ terminus: '1000', lightship: '1000' }),
  title: 'the same with a fixed delay of 1 s',
  candidates: ['terminus', 'lightship'],
};

function rolling(delays: Partial<Record<Candidate, string>>): Omit<Scenario, 'title'> {
  return {
    once: true,
    rows: { failed: 'requests failed of one roll', exit: 'exit per instance, ms' },
    concurrency: 1,
    async run(candidate) {
      const [portA, portB, readyA, readyB] = (await freePorts(4)) as [number, number, number, number];
      const ownPort = candidate === 'lightship';
      const backends: Backend[] = [
        { port: portA, readyPort: ownPort ? readyA : portA },
        { port: portB, readyPort: ownPort ? readyB : portB },
      ];
      const start = ({ port, readyPort }: Backend): Promise<Contestant> =>
        Contestant.start(candidate, {
          BENCH_PORT: String(port),
          BENCH_READY_PORT: String(readyPort),
          BENCH_DELAY_MS: delays[candidate] ?? '0',
          BENCH_TIMEOUT_MS: '1000',
        });
      const instances = await Promise.all(backends.map(start));
      const proxy = await startHaproxy(backends);
      await delay(SEEN_MS);
      const load = startLoad(proxy.port);
      let spent = 0;
      for (const [index, backend] of backends.entries()) {
        await delay(SEEN_MS);
        const signalled = instances[index]?.terminate() ?? 0;
        const exit = await instances[index]?.exited(LIMIT_MS);
        spent += (exit?.at ?? 0) - signalled;
        await instances[index]?.dispose();
        instances[index] = await start(backend);
        await delay(SEEN_MS);
      }
      const failed = await load.stop();
      await proxy.stop();
      for (const instance of instances) await instance.dispose();
      return { failed, exit: spent / backends.length };
    },
  };
}

/** Clients that send on through the proxy whatever happens; `stop` resolves to how many requests got no 200. */
function startLoad(port: number): { stop(): Promise<number> } {
  let failed = 0;
  const over = new AbortController();
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const clients = Array.from({ length: CLIENTS }, async () => {
    while (!over.signal.aborted) {
      const { status } = await request(port, '/later', agent);
      if (status !== 200) failed += 1;
      // A refusal comes at once: a client that repeats itself without a pause would count it a thousand times.
      if (status !== 200) await delay(20);
    }
  });
  return {
    async stop() {
      over.abort();
      await Promise.all(clients);
      agent.destroy();
      return failed;
    },
  };
}
