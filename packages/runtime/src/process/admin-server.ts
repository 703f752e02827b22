import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Lifecycle } from '@stellar-insights/lifecycle';
import { listen } from '@stellar-insights/lifecycle/http';
import type { Log } from '../log/create-log.ts';

/** What a process reports about itself. */
export interface Monitored {
  readonly health: {
    /** Whether every part has started. */
    readonly started: boolean;
    /** Readiness with its details; `peer` is the address of the prober. */
    ready(peer: string | undefined): Promise<{ readonly status: 'ready' | 'degraded' | 'not_ready' }>;
  };
  readonly metrics: {
    readonly registry: { readonly contentType: string };
    /** In Prometheus' text format. */
    text(): Promise<string>;
  };
}

export interface AdminServerOptions extends Monitored {
  readonly app: Pick<Lifecycle<'report'>, 'acquire'>;
  readonly log: Log;
  /** 0 takes any free port. */
  readonly port: number;
  /** The address to listen on. If it is undefined, all addresses of the machine. */
  readonly host: string | undefined;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Serves `/health/live`, `/health/ready` with its details, `/health/startup` and `/metrics`. Starts first and stops last. */
export async function serveAdmin({
  app,
  log,
  port,
  host,
  health,
  metrics,
}: AdminServerOptions): Promise<void> {
  const where = { port, ...(host !== undefined && { host }) };
  const { server } = await app.acquire('report', () =>
    listen(adminServer({ health, metrics }, log), where, { name: 'admin' }),
  );
  log.info({ address: server.address() }, 'health and metrics are served');
}

export function adminServer({ health, metrics }: Monitored, log: Log): Server {
  const routes = new Map<string, (peer: string | undefined) => Promise<Answer> | Answer>([
    // Ignores Postgres and Redis: a restart of the process would not bring them back.
    ['/health/live', () => json(200, { status: 'live' })],
    [
      '/health/startup',
      () => (health.started ? json(200, { status: 'started' }) : json(503, { status: 'starting' })),
    ],
    [
      '/health/ready',
      async (peer) => {
        const answer = await health.ready(peer);
        return json(answer.status === 'not_ready' ? 503 : 200, answer);
      },
    ],
    [
      '/metrics',
      async () => ({ status: 200, type: metrics.registry.contentType, body: await metrics.text() }),
    ],
  ]);
  return createServer((request, response) => {
    const { method = '', url = '', socket } = request;
    const route = routes.get(url.split('?', 1)[0] ?? '');
    if (route === undefined) return send(response, json(404, { status: 'not_found' }));
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return send(response, json(405, { status: 'method_not_allowed' }));
    }
    const answering = async (): Promise<void> => send(response, await route(socket.remoteAddress));
    answering().catch((error: unknown) => {
      log.error({ err: error }, `${url} could not be answered`);
      send(response, json(500, { status: 'failed' }));
    });
  });
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  });
  response.end(body);
}

function json(status: number, body: object): Answer {
  return { status, type: 'application/json', body: `${JSON.stringify(body)}\n` };
}
