import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import { startApi } from '../api-program.ts';
import type { Measurement } from '../measurement.ts';
import { RawLoad } from './raw-load.ts';
import type { ApiStage } from './stage.ts';

const CLIENTS = 2000;

/** What an API holds for each client that is connected and asks nothing, in kB of resident memory. */
export async function measureClientMemory(stage: ApiStage): Promise<Measurement[]> {
  await using api = await startApi({
    ...stage.env,
    REALTIME_MAX_CONNECTIONS: String(CLIENTS),
    REALTIME_MAX_PER_ADDRESS: String(CLIENTS),
  });
  const url = await api.url();
  const target = { port: Number(new URL(url).port), path: '/api/v1/failure-reasons' };
  {
    await using load = await RawLoad.open(target, 10);
    await load.send(2000);
  }
  const before = residentKb(api.pid);
  await using connections = await RawLoad.open(target, CLIENTS);
  await connections.send(CLIENTS);
  const withConnections = residentKb(api.pid);
  const sockets = Array.from({ length: CLIENTS }, () => new WebSocket(`${url.replace('http', 'ws')}/ws`));
  for (const socket of sockets) {
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'subscribe', channels: ['payments'] }));
  }
  const withSockets = residentKb(api.pid);
  for (const socket of sockets) socket.terminate();
  return [
    { what: 'a connection that was used and waits', value: (withConnections - before) / CLIENTS, unit: 'kB' },
    { what: 'a WebSocket with one channel', value: (withSockets - withConnections) / CLIENTS, unit: 'kB' },
  ];
}

/** NaN where there is no `/proc`. */
function residentKb(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return Number.NaN;
  }
}
