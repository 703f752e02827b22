import {
  Agent,
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const PROBE_EVERY_MS = 50;
/** Longer than that of real balancers, as a busy machine answers slowly. */
const PROBE_TIMEOUT_MS = 20_000;

interface Backend {
  readonly port: number;
  readonly agent: Agent;
  healthy: boolean;
}

/**
 * A load balancer with nothing but what each has: it goes round those that answer `/health/ready` with 200, keeps its
 * connections to them, and never tries again. So a request that a replica drops is one that a client sees fail.
 */
export class Balancer implements AsyncDisposable {
  readonly #backends: readonly Backend[];
  readonly #server: Server;
  readonly #stop = new AbortController();
  readonly #probing: Promise<unknown>;
  #turn = 0;

  private constructor(ports: readonly number[]) {
    this.#backends = ports.map((port) => ({ port, agent: new Agent({ keepAlive: true }), healthy: false }));
    this.#server = createServer((incoming, answer) => this.#pass(incoming, answer));
    this.#probing = Promise.all(this.#backends.map((backend) => this.#probe(backend)));
  }

  static async before(ports: readonly number[]): Promise<Balancer> {
    const balancer = new Balancer(ports);
    balancer.#server.listen(0, '127.0.0.1');
    await once(balancer.#server, 'listening');
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Whether it sends requests there. */
  sendsTo(port: number): boolean {
    return this.#backends.some((backend) => backend.port === port && backend.healthy);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#server.close();
    this.#server.closeAllConnections();
    for (const { agent } of this.#backends) agent.destroy();
    await this.#probing;
  }

  #pass(incoming: IncomingMessage, answer: ServerResponse): void {
    const healthy = this.#backends.filter((backend) => backend.healthy);
    const backend = healthy[this.#turn++ % healthy.length];
    if (backend === undefined) {
      answer.writeHead(503).end('no healthy replica');
      return;
    }
    const { port, agent } = backend;
    const passed = request({ host: '127.0.0.1', port, agent, path: incoming.url, method: incoming.method });
    passed.on('error', (error) => answer.writeHead(502).end(`replica ${port}: ${error.message}`));
    passed.on('response', (response) => {
      const type = response.headers['content-type'] ?? 'text/plain';
      answer.writeHead(response.statusCode ?? 502, { 'content-type': type });
      response.on('error', () => answer.destroy()).pipe(answer);
    });
    passed.end();
  }

  /** Over connections of their own, as real balancers do. */
  async #probe(backend: Backend): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      backend.healthy = await readiness(backend.port);
      await sleep(PROBE_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

function readiness(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request({
      host: '127.0.0.1',
      port,
      path: '/health/ready',
      agent: false,
      timeout: PROBE_TIMEOUT_MS,
    });
    probe.on('timeout', () => probe.destroy());
    probe.on('error', () => resolve(false));
    probe.on('response', (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    probe.end();
  });
}
