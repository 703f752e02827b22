import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { fakeClock, type FakeClock } from '@stellar-insights/lifecycle/testing';
import { systemClock, type Clock } from '@stellar-insights/runtime/time';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { ProblemError, problemOf, problemResponse } from '../src/answers/problem.ts';
import type { ApiEnv } from '../src/answers/route-context.ts';
import { timeLimit } from '../src/middleware/limits.ts';

/** An API whose only route waits until its request ends; `ended` resolves to the signal's reason. */
function waitingApi(clock: Clock) {
  const reached = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<unknown>();
  const api = new Hono<ApiEnv>();
  api.onError((error) => problemResponse(problemOf(error), 'id'));
  api.use(timeLimit(clock));
  api.get('/', async (context) => {
    const signal = context.get('signal');
    signal.addEventListener('abort', () => ended.resolve(signal.reason));
    reached.resolve();
    await ended.promise;
    throw signal.reason;
  });
  return { api, reached: reached.promise, ended: ended.promise };
}

function codeOf(reason: unknown): string {
  return reason instanceof ProblemError ? reason.code : String(reason);
}

describe("a request's signal", () => {
  it('aborts when the answer takes too long, which is answered with 504', async () => {
    const clock: FakeClock = fakeClock();
    const { api, ended } = waitingApi(clock);
    const response = await clock.until(Promise.resolve(api.request('/')));
    expect(response.status).toBe(504);
    expect(codeOf(await ended)).toBe('timed_out');
    expect(clock.now()).toBe(10_000);
  });

  it('aborts when the client leaves', async () => {
    const { api, reached, ended } = waitingApi(systemClock);
    const listener = getRequestListener(api.fetch);
    const server = createServer((request, response) => void listener(request, response));
    await once(server.listen(0), 'listening');
    const client = new AbortController();
    const { port } = server.address() as AddressInfo;
    const answer = fetch(`http://127.0.0.1:${port}/`, { signal: client.signal });
    await reached;
    client.abort();
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    expect(codeOf(await ended)).toBe('client_left');
    server.close();
    await once(server, 'close');
  });
});
