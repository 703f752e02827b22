import { eventually } from '@stellar-insights/devstack/testing';
import { Load } from '../../test/support/load.ts';
import { expectThat, seconds, type Check } from './check.ts';
import type { ComposeStack } from './compose-stack.ts';
import type { ContainerEvent } from './container-events.ts';

const APIS = 3;
const WORKERS = 2;
const REQUESTS_PER_SECOND = 100;
const API_PORT = 3000;
const WORKER_PORT = 3001;
/** Of a worker that was killed: its lease runs out, its job comes back. */
const LEDGERS_AFTER_A_KILL = 5;
const ROLES = ['compose.yaml', 'compose.roles.yaml'];
/** The engine's own work beside the stop itself, on a busy machine. */
const SLACK_MS = 5000;

export interface Setting {
  readonly stack: ComposeStack;
  /** Where HAProxy is published. */
  readonly url: string;
  readonly firstLedger: number;
  readonly graceSeconds: number;
}

/** The life of a deployment, in the order in which it is played. Each check builds on those before it. */
export function checks(setting: Setting): readonly Check[] {
  const { stack, url, graceSeconds } = setting;
  return [
    {
      title: `up --scale api=${APIS} --scale worker=${WORKERS}: each service starts once its conditions hold`,
      run: async () => {
        const began = performance.now();
        await stack.compose(['up', '--detach', '--scale', `api=${APIS}`, '--scale', `worker=${WORKERS}`]);
        const up = performance.now() - began;
        expectOrder(stack);
        await eventually(async () => (await corridors(url)) > 0, {
          what: 'a corridor from the API',
          everyMs: 100,
          limitMs: 180_000,
        });
        const first = performance.now() - began;
        return `up returned after ${seconds(up)}, the first corridor came after ${seconds(first)}`;
      },
    },
    {
      title: 'HAProxy sends requests to each api, and every container is healthy',
      run: async () => {
        await allServe(setting);
        expectThat((await fetch(`${url}/metrics`)).status === 404, 'metrics in public', '404');
      },
    },
    {
      title: 'data flows, and what is stored equals the source',
      run: () => expectWhole(setting),
    },
    {
      title: `a rolling restart under ${REQUESTS_PER_SECOND} requests a second loses no request and no ledger`,
      run: async () => {
        const load = new Load(url, REQUESTS_PER_SECOND);
        const took: Record<string, number[]> = {};
        try {
          for (const service of ['api', 'worker']) {
            for (const container of await stack.containers(service)) {
              (took[service] ??= []).push(await restart(setting, service, container));
            }
          }
        } finally {
          await load[Symbol.asyncDispose]();
        }
        const lost = load.failures.length;
        expectThat(
          lost === 0,
          `${lost} lost requests, such as ${load.failures.slice(0, 3).join('; ')}`,
          'none',
        );
        const figures = await expectWhole(setting);
        const stops = Object.entries(took).map(([service, ms]) => `${service} ${ms.map(seconds).join(', ')}`);
        return `${load.answered} requests answered, ${lost} lost; stops took ${stops.join('; ')}; ${figures}`;
      },
    },
    {
      title: 'docker kill of each worker loses nothing',
      run: async () => {
        const recoveries: number[] = [];
        for (const container of await stack.containers('worker')) {
          const survivor = (await stack.containers('worker')).find((other) => other !== container) ?? '';
          await stack.docker('kill', container);
          const killed = performance.now();
          const from = await cursor(setting, survivor);
          await eventually(async () => (await cursor(setting, survivor)) >= from + LEDGERS_AFTER_A_KILL, {
            what: `${LEDGERS_AFTER_A_KILL} more ledgers`,
            everyMs: 250,
            limitMs: 120_000,
          });
          recoveries.push(performance.now() - killed);
          await stack.docker('start', container);
          await healthy(stack, container, WORKER_PORT);
        }
        const figures = await expectWhole(setting);
        return `${LEDGERS_AFTER_A_KILL} more ledgers after ${recoveries.map(seconds).join(' and ')}; ${figures}`;
      },
    },
    {
      title: 'compose.roles.yaml: one service for each role goes on with the same data',
      run: async () => {
        await stack.compose(['stop', 'worker']);
        await stack.compose(['rm', '--force', 'worker']);
        const scale = ['--scale', `api=${APIS}`, '--scale', 'worker-ingest=2', '--scale', 'worker-sync=2'];
        await stack.compose(['up', '--detach', ...scale], ROLES);
        expectThat((await stack.containers('worker')).length === 0, 'a worker with all roles', 'none');
        const [ingest = ''] = await stack.containers('worker-ingest');
        const from = await cursor(setting, ingest);
        await eventually(async () => (await cursor(setting, ingest)) >= from + LEDGERS_AFTER_A_KILL, {
          what: `${LEDGERS_AFTER_A_KILL} more ledgers`,
          everyMs: 250,
          limitMs: 120_000,
        });
        const [sync = ''] = await stack.containers('worker-sync');
        const [served, other] = await Promise.all([queues(stack, ingest), queues(stack, sync)]);
        expectThat(
          served === 'ledger-ingest' && other === 'metrics-sync',
          `jobs of ${served} and of ${other}`,
          'each role service to do its own',
        );
        return await expectWhole(setting, 'worker-ingest');
      },
    },
    {
      title: 'down ends every container with exit 0 within its grace',
      run: async () => {
        const from = stack.events.seen.length;
        await stack.compose(['down', '--volumes'], ROLES);
        return expectEndings(stack.events.seen.slice(from), graceSeconds);
      },
    },
  ];
}

/** What the conditions of compose.yaml say, read from what happened. */
function expectOrder({ events }: ComposeStack): void {
  const order: [name: string, fits: (event: ContainerEvent) => boolean][] = [
    [
      'postgres is healthy',
      (event) => event.service === 'postgres' && event.action === 'health_status: healthy',
    ],
    ['migrate starts', (event) => event.service === 'migrate' && event.action === 'start'],
    ['migrate ends with 0', (event) => event.service === 'migrate' && event.exitCode === 0],
    ['the first app starts', (event) => /^(api|worker)$/.test(event.service) && event.action === 'start'],
  ];
  const places = order.map(([name, fits]) => ({ name, place: events.find(fits).place }));
  const inOrder = places.every(({ place }, index) => place > (places[index - 1]?.place ?? -1));
  expectThat(
    inOrder,
    places.map(({ name, place }) => `${name} (${place})`).join(', '),
    'this order, each at its place among the events',
  );
  const redis = events.find(
    ({ service, action }) => service === 'redis' && action === 'health_status: healthy',
  ).place;
  expectThat(
    redis >= 0 && redis < (places.at(-1)?.place ?? 0),
    `Redis healthy at ${redis}`,
    'before the first app',
  );
}

/** Resolves once every api is in rotation and every worker healthy. */
async function allServe({ stack }: Setting): Promise<void> {
  for (const service of ['worker', 'worker-ingest', 'worker-sync']) {
    for (const container of await stack.containers(service)) await healthy(stack, container, WORKER_PORT);
  }
  await eventually(async () => (await stack.apisInRotation()) === APIS, {
    what: `${APIS} apis in HAProxy's rotation`,
    everyMs: 250,
    limitMs: 120_000,
  });
}

async function healthy(stack: ComposeStack, container: string, port: number): Promise<void> {
  await eventually(() => stack.isHealthy(container, port), {
    what: `container ${container.slice(0, 12)} to be ready`,
    everyMs: 250,
    limitMs: 120_000,
  });
}

/** Stops one container, checks that it ended well, starts it and waits until it serves; resolves to how long the stop took. */
async function restart(setting: Setting, service: string, container: string): Promise<number> {
  const { stack, graceSeconds } = setting;
  const from = stack.events.seen.length;
  const began = performance.now();
  await stack.docker('stop', '--time', String(graceSeconds), container);
  const took = performance.now() - began;
  const died = await eventually(
    () =>
      stack.events.find((event) => event.container === container && event.action === 'die', from).event ??
      null,
    { what: 'the event of its end' },
  );
  expectThat(died.exitCode === 0, `${service} ended with ${died.exitCode}`, '0');
  await stack.docker('start', container);
  await healthy(stack, container, service === 'api' ? API_PORT : WORKER_PORT);
  await allServe(setting);
  return took;
}

async function corridors(url: string): Promise<number> {
  const response = await fetch(`${url}/api/v1/corridors`, { signal: AbortSignal.timeout(5000) }).catch(
    () => undefined,
  );
  if (response?.ok !== true) return 0;
  const { data } = (await response.json()) as { data: unknown[] };
  return data.length;
}

/** The last ledger stored. */
async function cursor({ stack }: Setting, container: string): Promise<number> {
  const { cursor: place } = (await stack.insights(container, 'status')) as {
    cursor: { sequence: number } | null;
  };
  return place?.sequence ?? 0;
}

/** No gap, and all that is stored equals what the network says. */
async function expectWhole(setting: Setting, service = 'worker'): Promise<string> {
  const { stack, firstLedger } = setting;
  const [container = ''] = await stack.containers(service);
  const last = await cursor(setting, container);
  expectThat(last > firstLedger, `the last ledger ${last}`, `more than ${firstLedger}`);
  const { gaps } = await stack.insights(container, 'status');
  expectThat(Array.isArray(gaps) && gaps.length === 0, `gaps ${JSON.stringify(gaps)}`, 'none');
  const range = ['--from', String(firstLedger), '--to', String(last)];
  const { equal, differences } = await stack.insights(container, 'verify', ...range);
  expectThat(equal === true, `differences ${JSON.stringify(differences).slice(0, 500)}`, 'none');
  return `ledgers ${firstLedger} to ${last} verified`;
}

/** Of which queues a worker has done jobs, by its metrics. */
async function queues(stack: ComposeStack, container: string): Promise<string> {
  const script = `fetch('http://127.0.0.1:${WORKER_PORT}/metrics').then((r) => r.text()).then((t) => console.log(t))`;
  const look = async (): Promise<string | null> => {
    const metrics = await stack.docker('exec', container, 'node', '--eval', script);
    const found = [...metrics.matchAll(/^insights_jobs_total\{.*queue="([a-z-]+)"/gm)].map(
      ([, queue]) => queue,
    );
    return found.length > 0 ? [...new Set(found)].join(',') : null;
  };
  return await eventually(look, { what: 'a job of it', everyMs: 500, limitMs: 120_000 });
}

function expectEndings(events: readonly ContainerEvent[], graceSeconds: number): string {
  const ends = events.filter(({ action }) => action === 'die');
  const wrong = ends.filter(({ exitCode }) => exitCode !== 0);
  const shown = wrong.map(({ service, exitCode }) => `${service} ${exitCode}`).join(', ');
  expectThat(ends.length > 0 && wrong.length === 0, `exit codes ${shown || 'of no container'}`, '0 of each');
  const took = ends.map((end) => {
    const asked = events.find(({ container, action }) => container === end.container && action === 'kill');
    return { service: end.service, ms: end.atMs - (asked?.atMs ?? end.atMs) };
  });
  const late = took.filter(({ ms }) => ms > graceSeconds * 1000 + SLACK_MS);
  expectThat(late.length === 0, `late ends of ${late.map(({ service }) => service).join(', ')}`, 'none');
  const slowest = took.reduce((most, one) => (one.ms > most.ms ? one : most));
  return `${ends.length} containers, the slowest ${slowest.service} in ${seconds(slowest.ms)}`;
}
