import type { Database } from '@stellar-insights/db';
import type { Measurement } from '../measurement.ts';
import { cpuTimes } from '../cpu-times.ts';
import { PAYMENTS } from './generated-ledgers.ts';
import { AT_ONCE, ROUND_LEDGERS } from './stage.ts';
import type { Way } from './ways.ts';

/** What one way has cost over all rounds. */
interface Cost {
  wallMs: number;
  nodeMs: number;
  postgresMs: number;
  payments: number;
}

/** Every way in each round, so that other work on the machine weighs on all of them. */
export async function runInTurn<Name extends string>(
  db: Database,
  ways: Readonly<Record<Name, Way>>,
  rounds: number,
): Promise<Record<Name, Cost>> {
  const names = Object.keys(ways) as Name[];
  const none = (): Cost => ({ wallMs: 0, nodeMs: 0, postgresMs: 0, payments: 0 });
  const costs = Object.fromEntries(names.map((name) => [name, none()])) as Record<Name, Cost>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const store = await ways[name]();
      const before = await cpuTimes(db);
      const start = performance.now();
      await store();
      const wallMs = performance.now() - start;
      const after = await cpuTimes(db);
      const cost = costs[name];
      cost.wallMs += wallMs;
      cost.nodeMs += after.nodeMs - before.nodeMs;
      cost.postgresMs += after.postgresMs - before.postgresMs;
      cost.payments += ROUND_LEDGERS * PAYMENTS;
    }
    console.error(`round ${round + 1} of ${rounds} done`);
  }
  return costs;
}

type Costs = Readonly<
  Record<
    | 'psql'
    | 'psqlTogether'
    | 'together'
    | 'fresh'
    | 'single'
    | 'drizzle'
    | 'text'
    | 'silent'
    | 'commit'
    | 'commitSingle',
    Cost
  >
>;

export function speeds({
  psql: bare,
  psqlTogether,
  together,
  fresh,
  single,
  drizzle,
  text,
  silent,
  commit,
  commitSingle,
}: Costs): Measurement[] {
  const share = (what: string, cost: Cost): Measurement => ({
    what: `${what}, against bare psql`,
    value: bare.wallMs / bare.payments / (cost.wallMs / cost.payments),
    unit: '×',
  });
  const each = (what: string, cost: Cost): Measurement[] => {
    const per = (ms: number) => (ms * 1000) / cost.payments;
    const note = `${((cost.payments * 1000) / cost.wallMs).toFixed(0)} payments/s`;
    return [
      { what: `${what}: CPU of Node`, value: per(cost.nodeMs), unit: 'µs/payment', note },
      { what: `${what}: CPU of Postgres`, value: per(cost.postgresMs), unit: 'µs/payment' },
    ];
  };
  const ways = [
    [`payments by COPY, ${AT_ONCE} ledgers a transaction`, together],
    [`the same, all names of a round are new`, fresh],
    ['payments by COPY, a transaction for each ledger', single],
    [`payments by drizzle's inserts, ${AT_ONCE} ledgers a transaction`, drizzle],
    ['payments as arrays of texts, old layout', text],
  ] as const;
  const [first, ...others] = ways.map(([what, cost]) => share(what, cost));
  return [
    { ...(first as Measurement), least: 0.7 },
    ...others,
    {
      what: `payments by COPY, against drizzle's inserts`,
      value: drizzle.wallMs / drizzle.payments / (together.wallMs / together.payments),
      unit: '×',
    },
    share(`bare psql, ${AT_ONCE} ledgers a transaction`, psqlTogether),
    ...each('bare psql', bare),
    ...each(`bare psql, ${AT_ONCE} ledgers a transaction`, psqlTogether),
    ...ways.flatMap(([what, cost]) => each(what, cost)),
    ...each(`whole commits without events, ${AT_ONCE} ledgers a transaction`, silent),
    ...each(`whole commits, ${AT_ONCE} ledgers a transaction`, commit),
    ...each('whole commits, a transaction for each ledger', commitSingle),
  ];
}
