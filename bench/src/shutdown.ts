import { parseArgs } from 'node:util';
import { type Results, measure } from './measure.ts';
import { shutdownScenarios } from './scenarios/index.ts';
import { tableOf } from './table.ts';
import { missedTargets } from './targets.ts';

const USAGE = `usage: pnpm bench shutdown [--json] [--check] [--runs N] [--only SCENARIO,…]
  --json   print the medians as JSON instead of a table; Infinity ("never") is null
  --check  exit with 1 if lifecycle misses a target
  --runs   how often each scenario runs; default: 3
  --only   ${Object.keys(shutdownScenarios()).join(', ')}`;

/** Stops each candidate in every scenario. Resolves to the exit code. */
export async function benchShutdown(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      runs: { type: 'string', default: '3' },
      only: { type: 'string' },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) {
    console.error(USAGE);
    return 2;
  }
  const only = values.only?.split(',');
  const scenarios = Object.fromEntries(
    Object.entries(shutdownScenarios()).filter(([name]) => only?.includes(name) ?? true),
  );
  const results: Record<string, Results> = {};
  for (const [name, scenario] of Object.entries(scenarios)) {
    console.error(`${scenario.title} …`);
    results[name] = await measure(scenario, runs);
  }

  const missed = missedTargets(results);
  console.log(values.json ? JSON.stringify({ runs, results, missed }, null, 2) : tableOf(scenarios, results));
  if (!values.json) {
    console.log(
      missed.length === 0 ? '\nlifecycle meets every target.' : `\nlifecycle misses: ${missed.join('; ')}`,
    );
  }
  return values.check && missed.length > 0 ? 1 : 0;
}
