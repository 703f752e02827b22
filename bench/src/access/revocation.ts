import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@stellar-insights/db';
import { revokeKey } from '@stellar-insights/db/keys';
import { WebSocket } from 'ws';
import { median, type Measurement } from '../measurement.ts';
import { authorization, issueKey, PATH } from './bench-key.ts';

/** A replica uses what it has read for a second; the rest is the request and the machine. */
const MOST_REQUEST_MS = 1100;
/** Streams are looked at once a second. */
const MOST_STREAM_MS = 2500;

/** From the commit of the revocation until every replica refuses the key, and ends its streams; of as many keys as `runs`. */
export async function measureRevocation(
  db: Database,
  replicas: readonly string[],
  runs: number,
): Promise<Measurement[]> {
  const requests: number[] = [];
  const streams: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const times = await revocation(db, replicas);
    requests.push(...times.requests);
    streams.push(...times.streams);
    console.error(`revoked: refused after ${Math.max(...times.requests).toFixed(0)} ms by the last replica`);
  }
  return [
    { what: 'a revoked key is refused after, median', value: median(requests), unit: 'ms' },
    {
      what: 'a revoked key is refused after, longest',
      value: Math.max(...requests),
      unit: 'ms',
      limit: MOST_REQUEST_MS,
    },
    { what: 'a stream ends with its key after, median', value: median(streams), unit: 'ms' },
    {
      what: 'a stream ends with its key after, longest',
      value: Math.max(...streams),
      unit: 'ms',
      limit: MOST_STREAM_MS,
    },
  ];
}

/** Of a key that is in constant use, and of a stream that is open; in ms, of each replica. */
async function revocation(
  db: Database,
  replicas: readonly string[],
): Promise<{ requests: number[]; streams: number[] }> {
  const issued = await issueKey(db);
  const headers = authorization(issued);
  const sockets = replicas.map((url) => new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers }));
  await Promise.all(sockets.map((socket) => once(socket, 'open')));
  const closed = sockets.map((socket) => once(socket, 'close').then(() => performance.now()));
  const refused = replicas.map((url) => firstRefusal(`${url}${PATH}`, headers));
  // The moment of the revocation lies anywhere within the second of a replica.
  await sleep(1000 + Math.random() * 1000);
  await revokeKey(db, issued.key.id);
  const revokedAt = performance.now();
  const since = async (times: readonly Promise<number>[]): Promise<number[]> =>
    (await Promise.all(times)).map((at) => at - revokedAt);
  return { requests: await since(refused), streams: await since(closed) };
}

async function firstRefusal(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  for (;;) {
    const { status, body } = await fetch(url, { headers });
    await body?.cancel();
    if (status === 401) return performance.now();
  }
}
