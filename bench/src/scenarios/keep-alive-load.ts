import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Contestant } from '../contestant.ts';
import { request } from '../http-client.ts';
import { LIMIT_MS, type Scenario } from '../scenario.ts';

const CLIENTS = 32;

/** Each client sends its next request as soon as it has an answer, until one is lost or the port refuses it. */
function keepAliveLoad(title: string, path: string, limitMs: number, concurrency: number): Scenario {
  return {
    title: `keep-alive load, ${title}`,
    rows: {
      lost: `requests lost, of ${CLIENTS}`,
      unanswered: 'executed without an answer',
      exit: 'exit after SIGTERM, ms',
    },
    concurrency,
    async run(candidate) {
      const contestant = await Contestant.start(candidate);
      let answered = 0;
      let lost = 0;
      let cutByBench = 0;
      const over = new AbortController();
      const clients = Array.from({ length: CLIENTS }, async () => {
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        for (let outcome = 'answered'; outcome === 'answered' && !over.signal.aborted;) {
          outcome = (await request(contestant.port, path, agent)).outcome;
          if (outcome === 'answered') answered += 1;
          else if (over.signal.aborted) cutByBench += 1;
          // Whoever is refused a connection was never served.
          else if (outcome !== 'ECONNREFUSED') lost += 1;
        }
        agent.destroy();
      });
      await delay(300);
      const signalled = contestant.terminate();
      const { at } = await contestant.exited(limitMs, () => over.abort());
      await Promise.all(clients);
      const executed = await contestant.dispose();
      return { lost, unanswered: Math.max(0, executed - answered - cutByBench), exit: at - signalled };
    },
  };
}

export const synchronousLoad = keepAliveLoad('synchronous handler', '/', 1200, 1);
export const delayedLoad = keepAliveLoad('20 ms handler', '/later', LIMIT_MS, 2);
