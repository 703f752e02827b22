import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { readCompose } from './compose-file.ts';
import { alertRules, allQueries, dashboard, parseQuery } from './promql.ts';
import { readText, readYaml, repository } from './repository.ts';
import { skipWithout } from './skip.ts';
import { defaultsOf } from './variables.ts';

interface PrometheusConfig {
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly {
    readonly job_name: 'api' | 'worker';
    readonly dns_sd_configs: readonly { readonly names: readonly string[]; readonly port: number }[];
  }[];
}

const config = readYaml('deploy/prometheus/prometheus.yml') as PrometheusConfig;
const { services } = readCompose('compose.yaml');
const roleServices = Object.keys(readCompose('compose.roles.yaml').services);

describe('Prometheus', () => {
  test.each(config.scrape_configs)(
    'scrapes $job_name where the app answers',
    ({ job_name: app, dns_sd_configs }) => {
      expect(dns_sd_configs.map(({ port }) => port)).toEqual([defaultsOf(app).adminPort]);
    },
  );

  test('finds every service that runs an app', () => {
    const names = config.scrape_configs.flatMap(({ dns_sd_configs }) =>
      dns_sd_configs.flatMap((one) => one.names),
    );
    expect(names.toSorted()).toEqual(['api', ...roleServices].toSorted());
  });

  test('has a configuration and rules that its own tool accepts', (context) => {
    if (spawnSync('promtool', ['--version']).status !== 0) return skipWithout(context, 'promtool');
    const { status, stdout, stderr } = spawnSync(
      'promtool',
      ['check', 'config', 'deploy/prometheus/prometheus.yml'],
      {
        cwd: repository,
        encoding: 'utf8',
      },
    );
    expect(status, stdout + stderr).toBe(0);
  });

  test('mounts what its configuration names', () => {
    expect(services['prometheus']?.volumes?.[0]).toBe('./deploy/prometheus:/etc/prometheus:ro');
    expect(config.rule_files).toEqual(['alerts.yml']);
  });
});

describe('the alert rules and the dashboard', () => {
  test('are written in PromQL', () => {
    expect(allQueries().length).toBeGreaterThan(alertRules.length);
    expect(() => parseQuery('sum by (job (up)')).toThrow(SyntaxError);
  });

  test('have a description in the operations guide, each alert', () => {
    const guide = readText('docs/operations.md');
    expect(alertRules.map(({ alert }) => alert).filter((alert) => !guide.includes(`\`${alert}\``))).toEqual(
      [],
    );
  });

  test('read the Prometheus that is provisioned', () => {
    const { datasources } = readYaml('deploy/grafana/provisioning/datasources/prometheus.yml') as {
      datasources: { uid: string; url: string }[];
    };
    expect(datasources.map(({ url }) => url)).toEqual(['http://prometheus:9090']);
    const used = dashboard.panels.flatMap(({ datasource }) => datasource?.uid ?? []);
    expect([...new Set(used)]).toEqual(datasources.map(({ uid }) => uid));
  });
});
