import { spawnSync } from 'node:child_process';
import { freePort, startPostgres, startRedis } from '@stellar-insights/devstack';
import { eventually, TestProgram } from '@stellar-insights/devstack/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { environmentOf, readCompose, type ComposeService } from './compose-file.ts';
import { dockerfile } from './dockerfile.ts';
import { allQueries } from './promql.ts';
import { repository } from './repository.ts';

const PATHS = ['/health/live', '/health/startup', '/health/ready', '/metrics'];
const services = { ...readCompose('compose.roles.yaml').services, ...readCompose('compose.yaml').services };
const { env: imageEnv } = dockerfile();

/** Addresses that only a network of containers has, and where the same is here. */
const here = new Map<string, string>();
const stack = new AsyncDisposableStack();
const programs = new Map<string, TestProgram>();

function local(text: string): string {
  return [...here].reduce((replaced, [there, place]) => replaced.replaceAll(there, place), text);
}

function serviceOf(name: string): ComposeService {
  const service = services[name];
  if (service === undefined) throw new Error(`found no service ${name} in the compose files`);
  return service;
}

/** The process of a service: its command, and its environment and nothing else but the ports, as all share one host here. */
async function start(
  name: string,
  own: { port?: number; ports?: Readonly<Record<string, string>> } = {},
): Promise<TestProgram> {
  const service = serviceOf(name);
  const [command = '', ...args] = (service.command ?? []).map((argument) => local(argument));
  const env = Object.fromEntries(
    Object.entries({ ...imageEnv, ...environmentOf(service) }).map(([key, value]) => [key, local(value)]),
  );
  const program = await TestProgram.start({
    name,
    command: command === 'node' ? process.execPath : command,
    args,
    env: { ...env, ...own.ports },
    folder: repository,
    ...(own.port !== undefined && { port: own.port }),
  });
  programs.set(name, stack.use(program));
  return program;
}

/** Runs the health check of a service as the engine would; resolves to its exit code. */
async function healthCheck(name: string, port: number): Promise<number | null> {
  const [, ...args] = (serviceOf(name).healthcheck?.test ?? dockerfile().healthcheck).slice(-3);
  const [script = '', url = ''] = args;
  const { code } = await TestProgram.run({
    command: process.execPath,
    args: [`deploy/docker/${script}`, url.replace(/:\d+\//, `:${port}/`)],
    folder: repository,
  });
  return code;
}

const APPS = [
  { name: 'api', portName: 'API_ADMIN_PORT' },
  { name: 'worker', portName: 'WORKER_HEALTH_PORT' },
  { name: 'worker-ingest', portName: 'WORKER_HEALTH_PORT' },
  { name: 'worker-sync', portName: 'WORKER_HEALTH_PORT' },
  { name: 'worker-state', portName: 'WORKER_HEALTH_PORT' },
  { name: 'worker-anchors', portName: 'WORKER_HEALTH_PORT' },
  { name: 'worker-webhooks', portName: 'WORKER_HEALTH_PORT' },
  { name: 'worker-backfill', portName: 'WORKER_HEALTH_PORT' },
  { name: 'worker-export', portName: 'WORKER_HEALTH_PORT' },
];
const ports = new Map<string, number>();
const portOf = (name: string): number => ports.get(name) ?? 0;
let apiPort: number;

describe('the commands of the image and of the compose services, as processes of this machine', () => {
  beforeAll(async () => {
    const { status, stdout } = spawnSync(
      'node_modules/.bin/tsc',
      ['-b', 'apps/api', 'apps/worker', 'packages/simnet'],
      {
        cwd: repository,
        encoding: 'utf8',
      },
    );
    expect(status, stdout).toBe(0);
    const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    stack.use(postgres);
    stack.use(redis);
    const databaseUrl = await postgres.createDatabase('insights');
    here.set(serviceOf('migrate').environment?.['DATABASE_URL'] ?? '', databaseUrl);
    here.set('redis://redis:6379', redis.url);
    const simnet = await freePort();
    apiPort = await freePort();
    ports.set('simnet', simnet);
    here.set('simnet:8000', `127.0.0.1:${simnet}`);
    here.set('8000', String(simnet));
  });

  afterAll(() => stack[Symbol.asyncDispose]());

  test('all services of the image are among them', () => {
    const ours = Object.entries(services).filter(([, { image = '' }]) =>
      image.startsWith('stellar-insights'),
    );
    const named = ['migrate', 'simnet', ...APPS.map(({ name }) => name)];
    expect(ours.map(([name]) => name).toSorted()).toEqual(named.toSorted());
  });

  test('migrate ends with 0', async () => {
    const migrate = await start('migrate');
    expect(await migrate.ended(), migrate.output).toEqual({ code: 0, signal: null });
  });

  test('simnet closes ledgers, and its health check passes', async () => {
    const simnet = await start('simnet');
    await simnet.printed(/"rpc"/);
    expect(await healthCheck('simnet', portOf('simnet'))).toBe(0);
  });

  test.each(APPS)('$name becomes ready, and answers wherever it is asked for', async ({ name, portName }) => {
    const port = await freePort();
    ports.set(name, port);
    expect(await healthCheck(name, port)).toBe(1);
    const own = { [portName]: String(port), ...(name === 'api' && { API_PORT: String(apiPort) }) };
    const program = await start(name, { port, ports: own });
    await program.ready();
    // As the engine does: one answer in time is enough.
    await eventually(async () => expect(await healthCheck(name, port)).toBe(0));
    for (const path of PATHS) expect([path, await program.status(path)]).toEqual([path, 200]);
  });

  test('the alert rules and the dashboard name only metrics and labels that the apps expose', async () => {
    await fetch(`http://127.0.0.1:${apiPort}/api/v1/ledgers`);
    const exposed = new Map<string, Set<string>>([['up', new Set()]]);
    await eventually(async () => {
      for (const { name } of APPS) {
        const response = await programs.get(name)?.get('/metrics');
        readMetrics((await response?.text()) ?? '', exposed);
      }
      return exposed.get('insights_jobs_total')?.has('queue') === true;
    });
    const unknown = allQueries().flatMap(({ metrics, labels, text }) => {
      const names = metrics.filter((metric) => !exposed.has(metric));
      // Without a sample its labels are not known yet, as of a task that is not stopped.
      const sampled = metrics.filter((metric) => (exposed.get(metric)?.size ?? 0) > 0);
      const known = new Set([
        'job',
        'instance',
        ...sampled.flatMap((metric) => [...(exposed.get(metric) ?? [])]),
      ]);
      const strangers = sampled.length === metrics.length ? labels.filter((label) => !known.has(label)) : [];
      return [...names, ...strangers].map((name) => `${name} in ${text}`);
    });
    expect(unknown).toEqual([]);
  });

  test.each(APPS)('$name ends with 0 on SIGTERM', async ({ name }) => {
    const program = programs.get(name);
    expect(await program?.stop(), program?.output).toEqual({ code: 0, signal: null });
  });
});

/** Adds the metrics of a scrape to those that are known, with the labels of their samples. */
function readMetrics(text: string, known: Map<string, Set<string>>): void {
  for (const [, name = '', type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    const series =
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name];
    for (const one of series) known.set(one, known.get(one) ?? new Set());
  }
  for (const [, name = '', labels = ''] of text.matchAll(/^([a-z_]+)\{(.*)\} \S+$/gm)) {
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.get(name)?.add(label);
  }
}
