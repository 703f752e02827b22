import { parser } from '@prometheus-io/lezer-promql';
import { readText, readYaml } from './repository.ts';

/** What a PromQL expression asks for. */
export interface Query {
  readonly text: string;
  readonly metrics: readonly string[];
  /** Of matchers and groupings. */
  readonly labels: readonly string[];
}

/** @throws SyntaxError */
export function parseQuery(text: string): Query {
  const metrics: string[] = [];
  const labels: string[] = [];
  parser.parse(text).iterate({
    enter: ({ type, from, to, node }) => {
      const part = text.slice(from, to);
      if (type.isError) throw new SyntaxError(`found "${part}" at ${from}, expected PromQL: ${text}`);
      if (type.name === 'Identifier' && node.parent?.name === 'VectorSelector') metrics.push(part);
      if (type.name === 'LabelName') labels.push(part);
    },
  });
  return { text, metrics, labels };
}

export interface AlertRules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}

export interface Dashboard {
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly type: string;
    readonly datasource?: { readonly uid: string };
    readonly targets?: readonly { readonly expr: string }[];
  }[];
}

export const alertRules = (readYaml('deploy/prometheus/alerts.yml') as AlertRules).groups.flatMap(
  ({ rules }) => rules,
);
export const dashboard = JSON.parse(readText('deploy/grafana/dashboards/stellar-insights.json')) as Dashboard;

/** Every query of the alert rules and the dashboard. */
export function allQueries(): readonly Query[] {
  const ofPanels = dashboard.panels.flatMap(({ targets = [] }) => targets);
  return [...alertRules, ...ofPanels].map(({ expr }) => parseQuery(expr));
}
