import { createServer, type Server } from 'node:http';
import type { WorkerHealth } from './worker-health.ts';
import type { WorkerMetrics } from './worker-metrics.ts';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Serves `/health/live`, `/health/ready`, `/health/startup` and `/metrics`. */
export function healthServer(health: WorkerHealth, metrics: WorkerMetrics): Server {
  const routes: Readonly<Record<string, (peer?: string) => Promise<Answer> | Answer>> = {
    // Ignores Postgres and Redis: a restart of the worker would not bring them back.
    '/health/live': () => json(200, { status: 'live' }),
    '/health/startup': () =>
      health.started ? json(200, { status: 'started' }) : json(503, { status: 'starting' }),
    '/health/ready': async (peer) => {
      const { ready, ...answer } = await health.ready(peer);
      return json(ready ? 200 : 503, answer);
    },
    '/metrics': async () => ({
      status: 200,
      type: metrics.registry.contentType,
      body: await metrics.text(health),
    }),
  };
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const route = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
    const answering = async (): Promise<void> => {
      const { status, type, body } = route
        ? await route(request.socket.remoteAddress)
        : json(404, { status: 'not_found' });
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    };
    answering().catch(() => response.writeHead(500).end());
  });
}

function json(status: number, body: object): Answer {
  return { status, type: 'application/json', body: `${JSON.stringify(body)}\n` };
}
