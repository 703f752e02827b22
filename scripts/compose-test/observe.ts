import { eventually } from '@stellar-insights/devstack/testing';
import { expectThat } from './check.ts';
import type { ComposeStack } from './compose-stack.ts';

/** Where each is asked for its health, in its container. */
export const API_PORT = 3000;
export const WORKER_PORT = 3001;

export interface Setting {
  readonly stack: ComposeStack;
  /** Where HAProxy is published. */
  readonly url: string;
  /** How many apis there are. */
  readonly apis: number;
  readonly firstLedger: number;
  readonly graceSeconds: number;
}

export async function corridors(url: string): Promise<number> {
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
export async function expectWhole(setting: Setting, service = 'worker'): Promise<string> {
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

/** Resolves once so many more ledgers are stored than now, asked of one container. */
export async function moreLedgers(setting: Setting, container: string, count: number): Promise<void> {
  const from = await cursor(setting, container);
  await eventually(async () => (await cursor(setting, container)) >= from + count, {
    what: `${count} more ledgers`,
    everyMs: 250,
    limitMs: 120_000,
  });
}

/** Resolves once every api is in rotation and every worker healthy. */
export async function allServe({ stack, apis }: Setting): Promise<void> {
  for (const service of [
    'worker',
    'worker-ingest',
    'worker-sync',
    'worker-state',
    'worker-anchors',
    'worker-webhooks',
    'worker-backfill',
    'worker-export',
  ]) {
    for (const container of await stack.containers(service)) await healthy(stack, container, WORKER_PORT);
  }
  await eventually(async () => (await stack.apisInRotation()) === apis, {
    what: `${apis} apis in HAProxy's rotation`,
    everyMs: 250,
    limitMs: 120_000,
  });
}

export async function healthy(stack: ComposeStack, container: string, port: number): Promise<void> {
  await eventually(() => stack.isHealthy(container, port), {
    what: `container ${container.slice(0, 12)} to be ready`,
    everyMs: 250,
    limitMs: 120_000,
  });
}

/** Resolves once the containers of a service have done jobs of these queues, by their metrics; of others they must have done none. */
export async function expectQueues(
  stack: ComposeStack,
  service: string,
  expected: readonly string[],
): Promise<void> {
  const script = `fetch('http://127.0.0.1:${WORKER_PORT}/metrics').then((r) => r.text()).then((t) => console.log(t))`;
  const containers = await stack.containers(service);
  const look = async (): Promise<boolean> => {
    const metrics = await Promise.all(
      containers.map((one) => stack.docker('exec', one, 'node', '--eval', script)),
    );
    const found = metrics.flatMap((text) =>
      [...text.matchAll(/^insights_jobs_total\{.*queue="([a-z-]+)"/gm)].map(([, queue = '']) => queue),
    );
    const other = found.find((queue) => !expected.includes(queue));
    expectThat(other === undefined, `jobs of ${other} in ${service}`, `those of ${expected.join()}`);
    return expected.every((queue) => found.includes(queue));
  };
  const what = `jobs of ${expected.join(' and ')} in ${service}`;
  await eventually(look, { what, everyMs: 500, limitMs: 120_000 });
}
