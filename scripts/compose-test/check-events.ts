import type { ShutdownReport } from '@stellar-insights/lifecycle';
import { expectThat, seconds } from './check.ts';
import type { ContainerEvent, ContainerEvents } from './container-events.ts';

/** The engine's own work beside the stop itself, on a busy machine. */
const SLACK_MS = 5000;

/** What the conditions of compose.yaml say, read from what happened. */
export function expectOrder(events: ContainerEvents): void {
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

/** Each container ended with 0 and within its grace, Postgres and Redis after the apps; returns the figures. */
export function expectEndings(events: readonly ContainerEvent[], graceSeconds: number): string {
  const ends = events.filter(({ action }) => action === 'die');
  const wrong = ends.filter(({ exitCode }) => exitCode !== 0);
  const shown = wrong.map(({ service, exitCode }) => `${service} ${exitCode}`).join(', ');
  expectThat(ends.length > 0 && wrong.length === 0, `exit codes ${shown || 'of no container'}`, '0 of each');
  const lastApp = Math.max(
    ...ends.filter(({ service }) => /^(api|worker)/.test(service)).map(({ atMs }) => atMs),
  );
  const early = events.filter((event) => event.action === 'kill' && event.atMs < lastApp && isServer(event));
  expectThat(
    early.length === 0,
    `${early.map(({ service }) => service).join(' and ')} stopped before the last app`,
    'after',
  );
  const took = ends.map((end) => {
    const asked = events.find(({ container, action }) => container === end.container && action === 'kill');
    return { service: end.service, ms: end.atMs - (asked?.atMs ?? end.atMs) };
  });
  const late = took.filter(({ ms }) => ms > graceSeconds * 1000 + SLACK_MS);
  expectThat(late.length === 0, `late ends of ${late.map(({ service }) => service).join(', ')}`, 'none');
  const slowest = took.reduce((most, one) => (one.ms > most.ms ? one : most));
  return `${ends.length} containers, the slowest ${slowest.service} in ${seconds(slowest.ms)}`;
}

function isServer({ service }: ContainerEvent): boolean {
  return service === 'postgres' || service === 'redis';
}

/** Each app that stopped says that nothing was forced and nothing failed; returns the figures. */
export function expectClean(reports: readonly ShutdownReport[]): string {
  const unclean = reports
    .filter(({ outcome }) => outcome !== 'clean')
    .map(({ name, outcome }) => `${name} ${outcome}`);
  expectThat(
    reports.length > 0 && unclean.length === 0,
    `reports ${unclean.join(', ') || 'of nobody'}`,
    'clean ones',
  );
  const slowest = reports.reduce((most, one) => (one.usedMs > most.usedMs ? one : most));
  const phases = slowest.phases
    .filter(({ usedMs }) => usedMs > 0)
    .map(({ name, usedMs }) => `${name} ${seconds(usedMs)}`);
  const parts = [`readiness delay ${seconds(slowest.readiness.usedMs)}`, ...phases].join(', ');
  return `${reports.length} clean reports, the slowest of ${slowest.name} (${parts})`;
}
