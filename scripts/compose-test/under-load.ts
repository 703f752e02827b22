import { eventually } from '@stellar-insights/devstack/testing';
import { Load } from '../../test/support/load.ts';
import { expectThat, seconds } from './check.ts';
import { allServe, API_PORT, expectWhole, healthy, WORKER_PORT, type Setting } from './observe.ts';

export const REQUESTS_PER_SECOND = 100;

/** Requests through HAProxy while something happens; none may fail, and no ledger may be missing. Resolves to the figures. */
export async function underLoad(setting: Setting, work: () => Promise<string>): Promise<string> {
  const load = new Load(setting.url, REQUESTS_PER_SECOND);
  let figures: string;
  try {
    figures = await work();
  } finally {
    await load[Symbol.asyncDispose]();
  }
  const lost = load.failures.length;
  expectThat(lost === 0, `${lost} lost requests, such as ${load.failures.slice(0, 3).join('; ')}`, 'none');
  const whole = await expectWhole(setting);
  return `${load.answered} requests answered, ${lost} lost; ${figures}; ${whole}`;
}

/** Stops and starts each container by itself. Resolves to how long the stops took. */
export async function restartEach(setting: Setting, services: readonly string[]): Promise<string> {
  const took: string[] = [];
  for (const service of services) {
    for (const container of await setting.stack.containers(service)) {
      took.push(`${service} ${seconds(await restart(setting, service, container))}`);
    }
  }
  return `stops took ${took.join(', ')}`;
}

/** Lets the script of the operations guide replace each container. */
export async function replaceEach(setting: Setting, services: readonly string[]): Promise<string> {
  const { stack } = setting;
  const all = async () => (await Promise.all(services.map((service) => stack.containers(service)))).flat();
  const before = await all();
  const began = performance.now();
  await stack.script('deploy/docker/rolling-update.sh', services);
  const took = performance.now() - began;
  const after = await all();
  const kept = after.filter((container) => before.includes(container));
  expectThat(
    kept.length === 0 && after.length === before.length,
    `${kept.length} of ${after.length} containers kept`,
    `${before.length} new ones`,
  );
  await allServe(setting);
  return `${after.length} containers replaced in ${seconds(took)}`;
}

/** Resolves to how long the stop took. */
async function restart(setting: Setting, service: string, container: string): Promise<number> {
  const { stack, graceSeconds } = setting;
  const { events } = stack;
  const from = events.seen.length;
  const began = performance.now();
  await stack.docker('stop', '-t', String(graceSeconds), container);
  const took = performance.now() - began;
  const died = await eventually(
    () => events.find((event) => event.container === container && event.action === 'die', from).event ?? null,
    { what: 'the event of its end' },
  );
  expectThat(died.exitCode === 0, `${service} ended with ${died.exitCode}`, '0');
  await stack.docker('start', container);
  await healthy(stack, container, service === 'api' ? API_PORT : WORKER_PORT);
  await allServe(setting);
  return took;
}
