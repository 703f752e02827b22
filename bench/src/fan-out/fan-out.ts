import { parseArgs } from 'node:util';
import { median } from '../measurement.ts';
import { FanOutStage, type Delivery, type Setting } from './stage.ts';

const USAGE = `usage: pnpm bench fan-out [--json] [--check] [--runs N] [--clients N]
  --json     print the figures as JSON instead of a table
  --check    exit with 1 if the API misses a target
  --runs     how often each setting runs, all in turn; default: 3
  --clients  default: 1000`;

const SETTINGS = ['bare', 'one', 'each', 'compressed'] as const satisfies readonly Setting[];
type Results = Readonly<Record<Setting, Delivery>>;

const TITLES: Readonly<Record<Setting, string>> = {
  bare: 'bare ws, all get everything',
  one: 'one channel that all follow',
  each: 'a channel for each',
  compressed: 'one channel that all follow, compressed',
};

/** The least share of what bare `ws` delivers, and the most that a delivery may cost with a channel for each. */
const LEAST_SHARE = 0.85;
const MOST_COST = 2;

/** Delivers events to many WebSockets. Resolves to the exit code. */
export async function benchFanOut(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      runs: { type: 'string', default: '3' },
      clients: { type: 'string', default: '1000' },
    },
  });
  const [runs, clients] = [Number(values.runs), Number(values.clients)];
  if (!(Number.isInteger(runs) && runs > 0 && Number.isInteger(clients) && clients > 0)) {
    console.error(USAGE);
    return 2;
  }
  const all: Results[] = [];
  await using stage = await FanOutStage.start(clients);
  for (let run = 0; run < runs; run += 1) {
    const results: Partial<Record<Setting, Delivery>> = {};
    for (const setting of SETTINGS) {
      console.error(`${TITLES[setting]} …`);
      const delivery = await stage.deliver(setting);
      const { perSecond, cpuMicroseconds } = delivery;
      console.error(`  ${perSecond.toFixed(0)} deliveries/s, ${cpuMicroseconds.toFixed(2)} µs each`);
      results[setting] = delivery;
    }
    all.push(results as Results);
  }
  const missed = missedTargets(all);
  console.log(values.json ? JSON.stringify({ clients, runs: all, missed }, null, 2) : table(all));
  if (!values.json)
    console.log(missed.length === 0 ? '\nThe API meets its targets.' : `\nMissed: ${missed.join('; ')}`);
  return values.check && missed.length > 0 ? 1 : 0;
}

/** Other work on the machine weighs on one run as a whole, so each run is compared within itself. */
const share = ({ bare, one }: Results): number => one.perSecond / bare.perSecond;
const cost = ({ one, each }: Results): number => each.cpuMicroseconds / one.cpuMicroseconds;

function missedTargets(runs: readonly Results[]): string[] {
  const missed: string[] = [];
  const found = { share: median(runs.map(share)), cost: median(runs.map(cost)) };
  if (found.share < LEAST_SHARE)
    missed.push(`one channel: ${percent(found.share)} of bare ws, expected ${percent(LEAST_SHARE)}`);
  if (found.cost > MOST_COST)
    missed.push(`a channel for each: ${found.cost.toFixed(2)} × the cost, expected ${MOST_COST} ×`);
  return missed;
}

function table(runs: readonly Results[]): string {
  const rows = SETTINGS.map((setting) => {
    const of = (figure: (results: Results) => number): number => median(runs.map(figure));
    const cells = [
      TITLES[setting],
      of((run) => run[setting].perSecond).toFixed(0),
      percent(of((run) => run[setting].perSecond / run.bare.perSecond)),
      of((run) => run[setting].cpuMicroseconds).toFixed(2),
      of((run) => run[setting].cpuMicroseconds / run.one.cpuMicroseconds).toFixed(2),
      of((run) => run[setting].bytes).toFixed(0),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '|   | deliveries/s | of bare | server µs per delivery | × one channel | bytes per delivery |',
    '| - | -: | -: | -: | -: | -: |',
    ...rows,
  ].join('\n');
}

function percent(value: number): string {
  return `${Math.round(value * 100)} %`;
}
