import { Agent, get as httpGet } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@stellar-insights/devstack/testing';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../program.ts';

const CLIENTS = 16;

test.each([
  ['at full speed, synchronous handler', '/', 0],
  ['at full speed, 20 ms handler', '/later', 0],
  ['with think time', '/', 15],
])(
  'no request under keep-alive load is lost or executed without an answer: %s',
  async (_load, path, thinkMs) => {
    const program = await startServer('http-server');
    let answered = 0;
    const lost: string[] = [];
    const clients = Array.from({ length: CLIENTS }, async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      onTestFinished(() => agent.destroy());
      for (;;) {
        const outcome = await request(program.port, path, agent);
        if (outcome === 'ECONNREFUSED') return;
        if (outcome === 'answered') answered += 1;
        else lost.push(outcome);
        if (thinkMs > 0) await delay(thinkMs);
      }
    });
    await eventually(() => answered > CLIENTS * 3);
    await program.announceStop();
    await Promise.all(clients);

    expect((await program.ended()).code).toBe(0);
    expect(lost).toEqual([]);
    expect(program.output.match(/^request /gm)).toHaveLength(answered);
  },
);

/** How a request ended: answered, or the error's code. */
function request(port: number, path: string, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void => resolve(error.code ?? error.message);
    httpGet({ host: '127.0.0.1', port, path, agent }, (response) => {
      response.on('error', failed).on('end', () => resolve('answered'));
      response.resume();
    }).on('error', failed);
  });
}
