import { spawnSync } from 'node:child_process';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { environmentOf, readCompose, usedIn } from './compose-file.ts';
import { dockerfile } from './dockerfile.ts';
import { readText, readYaml, repository } from './repository.ts';
import { skipWithout } from './skip.ts';
import { defaultsOf, roles, variablesOf, type App } from './variables.ts';
import { composeSchema } from './schemas.ts';

const FILES = ['compose.yaml', 'compose.roles.yaml'] as const;
const compose = readCompose('compose.yaml');
const roleServices = readCompose('compose.roles.yaml').services;
const apps: Readonly<Record<App, typeof compose.services>> = {
  api: { api: compose.services['api'] ?? {} },
  worker: { worker: compose.services['worker'] ?? {}, ...withoutWorker(roleServices) },
};

/** Postgres is a service of the file itself, without a pooler. */
const OF_A_POOLER = ['DATABASE_DIRECT_URL', 'DATABASE_POOLER'];

/** Why compose does not pass a variable on that an app reads. */
const NOT_PASSED_ON: Readonly<Record<App, readonly string[]>> = {
  // The health checks, HAProxy and Prometheus name the ports, of all addresses; the log is where the report goes; a container's
  // files do not outlive it.
  api: ['API_PORT', 'API_ADMIN_PORT', 'ADMIN_HOST', 'SHUTDOWN_MARKER', 'SHUTDOWN_REPORT', ...OF_A_POOLER],
  worker: [
    'WORKER_HEALTH_PORT',
    'ADMIN_HOST',
    'SHUTDOWN_MARKER',
    'SHUTDOWN_REPORT',
    // A worker has no such phases.
    'SHUTDOWN_GRACEFUL_TIMEOUT',
    'SHUTDOWN_READINESS_DELAY',
    'SHUTDOWN_READINESS_MINIMUM',
    'SHUTDOWN_READINESS_PROBES',
    'SHUTDOWN_WEBSOCKET_TIMEOUT',
    ...OF_A_POOLER,
  ],
};

/** What only compose itself reads. */
const OF_COMPOSE = [
  'GRAFANA_PASSWORD',
  'GRAFANA_PUBLISH',
  'HAPROXY_PUBLISH',
  'POSTGRES_PASSWORD',
  'PROMETHEUS_PUBLISH',
  'SIMNET_CLOSE_INTERVAL',
  'STELLAR_INSIGHTS_IMAGE',
];

function withoutWorker({ worker: _, ...others }: typeof roleServices): typeof roleServices {
  return others;
}

describe('the compose files', () => {
  test.each(FILES)('%s is what the compose specification describes', (file) => {
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(composeSchema());
    validate(readYaml(file));
    expect(validate.errors).toBeNull();
  });

  test('are accepted by the compose of this machine', (context) => {
    const commands = [['docker', 'compose'], ['docker-compose']];
    const found = commands.find(
      ([command = '', ...args]) => spawnSync(command, [...args, 'version']).status === 0,
    );
    if (found === undefined) return skipWithout(context, 'docker compose or docker-compose');
    const [command = '', ...args] = found;
    const files = FILES.flatMap((file) => ['--file', file]);
    const { status, stderr } = spawnSync(command, [...args, ...files, 'config', '--quiet'], {
      cwd: repository,
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
  });

  test('use no variable but those of the apps and their own', () => {
    const known = [...variablesOf('api'), ...variablesOf('worker'), ...OF_COMPOSE];
    expect(FILES.flatMap((file) => usedIn(readText(file))).filter((name) => !known.includes(name))).toEqual(
      [],
    );
    expect(OF_COMPOSE.filter((name) => !usedIn(readText('compose.yaml')).includes(name))).toEqual([]);
  });

  test('let any number of apis and workers run: no name, no published port', () => {
    for (const service of Object.values({ ...apps.api, ...apps.worker })) {
      expect(service.container_name).toBeUndefined();
      expect(service.ports).toBeUndefined();
    }
  });
});

describe.each([
  ...Object.entries(apps.api).map(([name, service]) => ({ name, service, app: 'api' as const })),
  ...Object.entries(apps.worker).map(([name, service]) => ({ name, service, app: 'worker' as const })),
])('service $name', ({ name, service, app }) => {
  test('has every variable that the app reads, and no other', () => {
    const read = [...variablesOf(app)].filter((variable) => !NOT_PASSED_ON[app].includes(variable));
    expect(Object.keys(service.environment ?? {}).toSorted()).toEqual(read.toSorted());
  });

  test.each([{}, { PLATFORM_GRACE_SECONDS: '90' }])('gives the app its grace, with %o', (env) => {
    const file = readCompose('compose.yaml', env);
    const roleFile = readCompose('compose.roles.yaml', env);
    const filled = file.services[name] ?? roleFile.services[name] ?? {};
    const grace = environmentOf(filled)['PLATFORM_GRACE_SECONDS'];
    expect(filled.stop_grace_period).toBe(`${grace}s`);
    expect(grace).toBe(Object.values(env)[0] ?? '65');
  });

  test('gets a grace that is longer than its deadline', () => {
    const { shutdown } = defaultsOf(app);
    const phases = [shutdown.backgroundTimeout, shutdown.dbTimeout, shutdown.dbTimeout];
    const traffic = app === 'api' ? [shutdown.gracefulTimeout, shutdown.websocketTimeout] : [];
    const all = [shutdown.readinessDelay, ...traffic, ...phases, shutdown.reportTimeout];
    const deadline = all.reduce((sum, budget) => sum + budget);
    expect(Number.parseInt(service.stop_grace_period ?? '', 10)).toBeGreaterThan(deadline);
  });

  test('names each server itself, since compose stops a server after those that name it', () => {
    expect(service.depends_on).toEqual({
      migrate: { condition: 'service_completed_successfully' },
      postgres: { condition: 'service_healthy' },
      redis: { condition: 'service_healthy' },
    });
  });

  test('is asked for its health at the port where the app answers', () => {
    const check = service.healthcheck?.test ?? dockerfile().healthcheck;
    expect(check.slice(-3)).toEqual([
      'node',
      'healthcheck.mjs',
      `http://127.0.0.1:${defaultsOf(app).adminPort}/health/${app === 'api' ? 'startup' : 'ready'}`,
    ]);
  });
});

describe('compose.roles.yaml', () => {
  test('serves each role once, and takes the service with all roles away', () => {
    const served = Object.values(withoutWorker(roleServices)).flatMap(
      (service) => service.environment?.['WORKER_ROLES']?.split(',') ?? [],
    );
    expect(served.toSorted()).toEqual(roles.toSorted());
    expect(roleServices['worker']).toEqual({ profiles: ['all-roles'] });
  });

  test.each(Object.keys(withoutWorker(roleServices)))('%s is the service worker with other roles', (name) => {
    const { environment, ...service } = roleServices[name] ?? {};
    const { environment: all, ...worker } = compose.services['worker'] ?? {};
    expect(service).toEqual(worker);
    expect({ ...environment, WORKER_ROLES: null }).toEqual(all);
  });
});

describe('the image', () => {
  test('has node itself as its command, the one that compose.yaml gives the api', () => {
    expect(dockerfile().command).toEqual(compose.services['api']?.command);
    expect(dockerfile().command[0]).toBe('node');
  });

  test('runs as a user by number, whom Kubernetes can tell from root', () => {
    expect(dockerfile().user).toBe('1000:1000');
  });

  test('says which ports the apps listen on', () => {
    const [api, worker] = [defaultsOf('api'), defaultsOf('worker')];
    expect(dockerfile().ports).toEqual([api.port, worker.port, api.adminPort]);
  });
});
