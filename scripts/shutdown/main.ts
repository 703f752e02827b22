/** Runs every shutdown scenario against the production build; exit 0 only if all pass. See docs/shutdown-testing.md. */
import { parseArgs } from 'node:util';
import { apiScenarios } from './api-scenarios.ts';
import { exportScenarios } from './export-scenarios.ts';
import { outageScenarios } from './outage-scenarios.ts';
import { Stage } from './stage.ts';
import { stateScenarios } from './state-scenarios.ts';
import { webhookScenarios } from './webhook-scenarios.ts';
import { workerScenarios } from './worker-scenarios.ts';

const USAGE = `usage: scripts/test-graceful-shutdown.sh [--only <text>] [--list]

  --only <text>  the scenarios whose title has this text
  --list         print the titles and end
`;

const SCENARIOS = [
  ...apiScenarios,
  ...workerScenarios,
  ...stateScenarios,
  ...webhookScenarios,
  ...exportScenarios,
  ...outageScenarios,
];

function options(): { readonly only?: string | undefined; readonly list?: boolean | undefined } | undefined {
  try {
    return parseArgs({ options: { only: { type: 'string' }, list: { type: 'boolean' } } }).values;
  } catch {
    process.stderr.write(USAGE);
    return undefined;
  }
}

async function main(): Promise<number> {
  const values = options();
  if (values === undefined) return 2;
  const chosen = SCENARIOS.filter(({ title }) => title.includes(values.only ?? ''));
  if (chosen.length === 0) {
    process.stderr.write(`no scenario's title has "${values.only}"; --list prints them\n`);
    return 2;
  }
  if (values.list === true) {
    for (const { title } of chosen) process.stdout.write(`${title}\n`);
    return 0;
  }
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  await using stage = await Stage.set();
  let failed = 0;
  for (const { title, play } of chosen) {
    if (stopping.signal.aborted) return 130;
    const began = performance.now();
    const fault = await stage.play(play).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : 'something that is no error was thrown'),
    );
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    process.stdout.write(`${fault === undefined ? 'pass' : 'FAIL'}  ${title} (${seconds} s)\n`);
    if (fault === undefined) continue;
    failed += 1;
    process.stdout.write(`${fault.replaceAll(/^/gm, '      ')}\n`);
  }
  process.stdout.write(`\n${chosen.length - failed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

process.exit(await main());
