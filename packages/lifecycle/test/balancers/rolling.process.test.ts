import { freePort } from '@stellar-insights/devstack';
import { expect, test } from 'vitest';
import { startServer } from '../program.ts';
import { hasHaproxy, Haproxy } from './haproxy.ts';
import { Load, Monitor } from './traffic.ts';

const ROLLS = process.env['TEST_FULL'] ? 20 : 3;
const REQUESTS_PER_SECOND = 40;

// Each HAProxy and monitor has an address of its own on the loopback, as only Linux gives them without setup.
const possible = process.platform === 'linux' && hasHaproxy();
if (!possible) console.warn('NOT TESTED: rolling restarts behind HAProxy, which is not on this machine');

test.runIf(possible)(
  'behind three HAProxies and two monitors, no request is lost when two instances are rolled',
  // Long only with TEST_FULL.
  { timeout: 180_000 + ROLLS * 15_000 },
  async () => {
    await using stack = new AsyncDisposableStack();
    const ports = [await freePort(), await freePort()];
    const start = (port: number) => startServer('balanced', { PORT: String(port) });
    const instances = await Promise.all(ports.map(start));
    const proxies: Haproxy[] = [];
    for (const source of ['127.0.0.2', '127.0.0.3', '127.0.0.4']) {
      const port = await freePort();
      proxies.push(stack.use(await Haproxy.start({ port, backends: ports, source })));
    }
    const allServe = () => Promise.all(proxies.map((proxy) => proxy.sendsToAll()));
    await allServe();
    stack.use(new Monitor(ports, '127.0.0.5', 250));
    stack.use(new Monitor(ports, '127.0.0.6', 400));
    const load = stack.use(
      new Load(
        proxies.map(({ port }) => port),
        REQUESTS_PER_SECOND,
      ),
    );

    for (let roll = 0; roll < ROLLS; roll += 1) {
      for (const [index, port] of ports.entries()) {
        const instance = instances[index];
        await instance?.signal('SIGTERM');
        const ended = await instance?.ended();
        expect(ended).toMatchObject({ code: 0, report: { readiness: { outcome: 'quiet' } } });
        const { probers = {} } = ended?.report.readiness ?? {};
        expect(Object.keys(probers).toSorted()).toEqual([2, 3, 4, 5, 6].map((host) => `127.0.0.${host}`));
        expect(Math.min(...Object.values(probers))).toBeGreaterThanOrEqual(3);
        instances[index] = await start(port);
        await allServe();
      }
    }
    await load[Symbol.asyncDispose]();

    expect(load.failures).toEqual([]);
    expect(load.answered).toBeGreaterThan(REQUESTS_PER_SECOND);
  },
);
