import { once } from 'node:events';
import { WebSocket } from 'ws';
import { Contestant } from '../contestant.ts';
import { LIMIT_MS, type Scenario } from '../scenario.ts';

const CLIENTS = 50;

export const openWebSockets: Scenario = {
  title: `${CLIENTS} open WebSockets`,
  rows: { code: 'close code of every client', exit: 'exit after SIGTERM, ms' },
  concurrency: 2,
  async run(candidate) {
    const contestant = await Contestant.start(candidate);
    const clients = Array.from({ length: CLIENTS }, () => new WebSocket(`ws://127.0.0.1:${contestant.port}`));
    for (const client of clients) client.on('error', () => undefined);
    const closes = clients.map((client) => once(client, 'close') as Promise<[number]>);
    await Promise.all(clients.map((client) => once(client, 'open')));
    const signalled = contestant.terminate();
    const { at } = await contestant.exited(LIMIT_MS);
    const codes = new Set((await Promise.all(closes)).map(([code]) => code));
    await contestant.dispose();
    return { code: [...codes].join(', '), exit: at - signalled };
  },
};
