import { eventually } from '@stellar-insights/devstack/testing';
import { expectClean, expectEndings, expectOrder } from './check-events.ts';
import { expectThat, seconds, type Check } from './check.ts';
import {
  allServe,
  corridors,
  expectQueues,
  expectWhole,
  healthy,
  moreLedgers,
  WORKER_PORT,
  type Setting,
} from './observe.ts';
import { replaceEach, REQUESTS_PER_SECOND, restartEach, underLoad } from './under-load.ts';

const WORKERS = 2;
/** To be stored after a kill, once the lease has run out and the job has come back. */
const LEDGERS = 5;
const APPS = ['api', 'worker'];
const ROLES = ['compose.yaml', 'compose.roles.yaml'];

/** The services of compose.roles.yaml, with the queues of each. */
const QUEUES: Readonly<Record<string, readonly string[]>> = {
  'worker-ingest': ['ledger-ingest'],
  'worker-sync': ['metrics-sync'],
  'worker-state': ['pool-sync', 'trustline-sync'],
  'worker-anchors': ['anchor-sync'],
  'worker-webhooks': ['webhook-dispatch'],
  'worker-backfill': ['backfill'],
  // Without FACTS_LAKE_URL there is nothing to serve.
  'worker-export': [],
};

/** The life of a deployment, in the order in which it is played. Each check builds on those before it. */
export function checks(setting: Setting): readonly Check[] {
  const { stack, url, apis, graceSeconds } = setting;
  const scaleApi = ['--scale', `api=${apis}`];
  return [
    {
      title: `up --scale api=${apis} --scale worker=${WORKERS}: each service starts once its conditions hold`,
      run: async () => {
        const began = performance.now();
        await stack.compose(['up', '--detach', ...scaleApi, '--scale', `worker=${WORKERS}`]);
        const up = performance.now() - began;
        expectOrder(stack.events);
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
      title: 'HAProxy sends requests to each api, metrics are not public, and every container is healthy',
      run: async () => {
        await allServe(setting);
        const { status } = await fetch(`${url}/metrics`);
        expectThat(status === 404, `${status} for /metrics`, '404');
      },
    },
    {
      title: 'data flows, and what is stored equals the source',
      run: () => expectWhole(setting),
    },
    {
      title: `a rolling restart under ${REQUESTS_PER_SECOND} requests a second loses no request and no ledger`,
      run: () => underLoad(setting, () => restartEach(setting, APPS)),
    },
    {
      title: `rolling-update.sh under ${REQUESTS_PER_SECOND} requests a second loses no request and no ledger`,
      run: () => underLoad(setting, () => replaceEach(setting, APPS)),
    },
    {
      title: 'docker kill of each worker loses nothing',
      run: async () => {
        const took: string[] = [];
        for (const container of await stack.containers('worker')) {
          const survivor = (await stack.containers('worker')).find((other) => other !== container) ?? '';
          const killed = performance.now();
          await stack.docker('kill', container);
          await moreLedgers(setting, survivor, LEDGERS);
          took.push(seconds(performance.now() - killed));
          await stack.docker('start', container);
          await healthy(stack, container, WORKER_PORT);
        }
        return `${LEDGERS} more ledgers after ${took.join(' and ')}; ${await expectWhole(setting)}`;
      },
    },
    {
      title: 'compose.roles.yaml: services for the roles go on with the same data',
      run: async () => {
        await stack.compose(['stop', 'worker']);
        await stack.compose(['rm', '--force', 'worker']);
        const roles = Object.keys(QUEUES);
        const scale = [...scaleApi, ...roles.flatMap((role) => ['--scale', `${role}=2`])];
        await stack.compose(['up', '--detach', ...scale], ROLES);
        expectThat((await stack.containers('worker')).length === 0, 'a worker with all roles', 'none');
        const [ingest = ''] = await stack.containers('worker-ingest');
        await moreLedgers(setting, ingest, LEDGERS);
        for (const [service, jobs] of Object.entries(QUEUES)) await expectQueues(stack, service, jobs);
        return await expectWhole(setting, 'worker-ingest');
      },
    },
    {
      title:
        'down ends every container with exit 0 within its grace, the servers after the apps, whose reports are clean',
      run: async () => {
        const from = stack.events.seen.length;
        const [reports] = await Promise.all([
          stack.shutdownReports([
            'api',
            'worker-ingest',
            'worker-sync',
            'worker-state',
            'worker-anchors',
            'worker-webhooks',
            'worker-backfill',
            'worker-export',
          ]),
          stack.compose(['down', '--volumes'], ROLES),
        ]);
        return `${expectEndings(stack.events.seen.slice(from), graceSeconds)}; ${expectClean(reports)}`;
      },
    },
  ];
}
