import { beforeAll, describe, expect, test } from 'vitest';
import { readCompose } from './compose-file.ts';
import {
  faultOf,
  kustomization,
  manifests,
  renderedManifests,
  typeFaultsOf,
  type Manifest,
} from './manifests.ts';
import { skipWithout } from './skip.ts';
import { defaultsOf, roles, variablesOf, type App } from './variables.ts';

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}

interface Container {
  readonly image: string;
  readonly command: readonly string[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly envFrom?: readonly unknown[];
  readonly resources: Readonly<Record<'requests' | 'limits', Readonly<Record<'cpu' | 'memory', string>>>>;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
}

interface PodTemplate {
  readonly metadata: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly terminationGracePeriodSeconds: number;
    readonly containers: readonly Container[];
    readonly securityContext: Readonly<Record<string, unknown>>;
    readonly enableServiceLinks: boolean;
  };
}

const ofKind = (kind: string): readonly Manifest[] => manifests.filter((manifest) => manifest.kind === kind);
const { services } = readCompose('compose.yaml');

const workloads = [...ofKind('Deployment'), ...ofKind('Job')].map((manifest) => {
  const { template } = manifest.spec as { template: PodTemplate };
  const [container] = template.spec.containers;
  if (container === undefined) throw new Error(`found no container in ${manifest.metadata.name}`);
  const app: App = container.command.includes('apps/api/dist/main.js') ? 'api' : 'worker';
  const env = Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value ?? 'a secret']));
  return { name: manifest.metadata.name, manifest, template, container, app, env };
});
const deployments = workloads.filter(({ manifest }) => manifest.kind === 'Deployment');

describe('the manifests', () => {
  let rendered: readonly Manifest[] | undefined;
  beforeAll(() => {
    rendered = renderedManifests();
  });

  test("are what Kubernetes' schemas describe", () => {
    expect(manifests.map(faultOf).filter(Boolean)).toEqual([]);
  });

  test("have no field that Kubernetes' types do not have", () => {
    expect(typeFaultsOf(manifests)).toBe('');
  });

  test('are valid as kubectl renders them', (context) => {
    if (rendered === undefined) return skipWithout(context, 'kubectl');
    expect(rendered.length).toBeGreaterThan(kustomization.resources.length);
    expect(rendered.map(faultOf).filter(Boolean)).toEqual([]);
    expect(typeFaultsOf(rendered)).toBe('');
  });

  test('have one Deployment for the api, and serve each role of the worker once', () => {
    const served = deployments
      .filter(({ app }) => app === 'worker')
      .flatMap(({ env }) => env['WORKER_ROLES']?.split(',') ?? []);
    expect(served.toSorted()).toEqual(roles.toSorted());
    expect(deployments.filter(({ app }) => app === 'api')).toHaveLength(1);
  });

  test('put into the ConfigMap and the Secret what an app reads', () => {
    const known = new Set([...variablesOf('api'), ...variablesOf('worker')]);
    const literals = kustomization.configMapGenerator.flatMap(({ literals: all }) => all);
    const names = [
      ...literals.map((literal) => literal.split('=', 1)[0] ?? ''),
      ...ofKind('Secret').flatMap(({ stringData }) => Object.keys(stringData ?? {})),
    ];
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe.each(workloads)('$name', ({ template, container, env, app }) => {
  test('runs node with a command of compose.yaml, in the image that the kustomization names', () => {
    const commands = Object.values(services).map(({ command }) => command?.join(' '));
    expect(commands).toContain(container.command.join(' '));
    expect(kustomization.images.map(({ name }) => name)).toContain(container.image);
  });

  test('sets no variable that the app does not read', () => {
    expect(Object.keys(env).filter((name) => !variablesOf(app).has(name))).toEqual([]);
  });

  test('is bounded and may do nothing that it need not', () => {
    expect(Object.keys(container.resources.requests).toSorted()).toEqual(['cpu', 'memory']);
    expect(Object.keys(container.resources.limits).toSorted()).toEqual(['cpu', 'memory']);
    expect(template.spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(template.spec.enableServiceLinks).toBe(false);
  });
});

describe('the Job that migrates', () => {
  test('has no deadline, which would kill a long migration each time before its end', () => {
    const [job, ...others] = ofKind('Job').map(({ spec }) => spec as { readonly template: PodTemplate });
    expect(others).toEqual([]);
    expect(job).not.toHaveProperty('activeDeadlineSeconds');
    expect(job?.template.spec).not.toHaveProperty('activeDeadlineSeconds');
  });
});

describe.each(deployments)('Deployment $name', ({ name, template, container, env, app, manifest }) => {
  const { port, adminPort, shutdown } = defaultsOf(app);
  const portOf = ({ httpGet }: Probe): number | undefined =>
    container.ports?.find((each) => each.name === httpGet.port)?.containerPort;

  test('gives the app its grace', () => {
    expect(String(template.spec.terminationGracePeriodSeconds)).toBe(env['PLATFORM_GRACE_SECONDS']);
  });

  test('is probed where the app answers', () => {
    const { startupProbe, livenessProbe, readinessProbe } = container;
    expect([startupProbe, livenessProbe, readinessProbe].map(portOf)).toEqual([adminPort, adminPort, port]);
    expect(livenessProbe.httpGet.path).toBe('/health/live');
    expect(readinessProbe.httpGet.path).toBe('/health/ready');
    expect(['/health/startup', '/health/live']).toContain(startupProbe.httpGet.path);
  });

  test('may take as long to start as the app allows itself', () => {
    const { periodSeconds, failureThreshold } = container.startupProbe;
    expect(periodSeconds * failureThreshold).toBeGreaterThan(shutdown.startTimeout);
  });

  test('is scraped at the port where the app answers', () => {
    expect(template.metadata.annotations).toEqual({
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': String(adminPort),
      'prometheus.io/path': '/metrics',
    });
  });

  test('is selected by itself, by its budget and by a network policy', () => {
    const label = { 'app.kubernetes.io/name': name };
    expect(template.metadata.labels).toEqual(label);
    expect(manifest.spec).toMatchObject({ selector: { matchLabels: label } });
    const budget = ofKind('PodDisruptionBudget').find(({ metadata }) => metadata.name === name);
    expect(budget?.spec).toMatchObject({ selector: { matchLabels: label } });
    const selectors = ofKind('NetworkPolicy').map(({ spec }) => JSON.stringify(spec?.['podSelector']));
    expect(selectors.some((selector) => selector.includes(`"${name}"`))).toBe(true);
  });
});

test('the Service has the port of the clients only', () => {
  const ports = ofKind('Service').map(({ spec }) => spec?.['ports']);
  expect(ports).toEqual([[{ name: 'http', port: 80, targetPort: 'http' }]]);
});

test('the api is turned away within its readiness delay', () => {
  const { shutdown } = defaultsOf('api');
  const { periodSeconds, failureThreshold } =
    deployments.find(({ app }) => app === 'api')?.container.readinessProbe ?? ({} as Partial<Probe>);
  expect(Number(periodSeconds) * Number(failureThreshold)).toBeLessThanOrEqual(shutdown.readinessDelay);
  expect(shutdown.readinessProbes).toBeGreaterThanOrEqual(Number(failureThreshold));
});
