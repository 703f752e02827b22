import type { Database } from '@stellar-insights/db';
import type { TestProgram } from '@stellar-insights/devstack/testing';
import { Pool } from 'undici';
import { median, type Measurement } from '../measurement.ts';
import { cpuTimeMs } from '../process-time.ts';
import { authorization, issueKey, PATH } from './bench-key.ts';

/** Requests a minute: more than the bench can send. */
const LIMIT = 500_000;
const CONNECTIONS = 16;
const REQUESTS = 2000;
/** The most that a request with a key may cost, as a multiple of one without. */
const MOST_COST = 1.15;

const TITLES = {
  open: 'a request without a key',
  key: 'a request with a key',
  limited: 'a request with a key that has a limit',
} as const;
type Kind = keyof typeof TITLES;
const KINDS = Object.keys(TITLES) as Kind[];
type Round = Readonly<Record<Kind, number>>;

/** CPU time of the API for a request of each kind, in rounds: wall time would depend on what else the machine does. */
export async function measureRequestCosts(
  db: Database,
  api: TestProgram,
  rounds: number,
): Promise<Measurement[]> {
  const headers = {
    open: {},
    key: authorization(await issueKey(db)),
    limited: authorization(await issueKey(db, LIMIT)),
  };
  await using resources = new AsyncDisposableStack();
  const pool = resources.adopt(new Pool(await api.url(), { connections: CONNECTIONS }), (it) => it.close());
  const all: Round[] = [];
  // The first round warms up. Each round begins with another kind.
  for (let round = 0; round <= rounds; round += 1) {
    const costs: Partial<Record<Kind, number>> = {};
    for (let place = 0; place < KINDS.length; place += 1) {
      const kind = KINDS[(round + place) % KINDS.length] as Kind;
      const before = cpuTimeMs(api.pid);
      await ask(pool, headers[kind]);
      costs[kind] = ((cpuTimeMs(api.pid) - before) * 1000) / REQUESTS;
    }
    if (round > 0) all.push(costs as Round);
  }
  return KINDS.flatMap((kind) => {
    const of = (figure: (round: Round) => number): number => median(all.map(figure));
    return [
      { what: TITLES[kind], value: of((round) => round[kind]), unit: 'µs of CPU time' },
      ...(kind === 'open'
        ? []
        : [
            {
              what: `${TITLES[kind]}, against one without a key`,
              value: of((round) => round[kind] / round.open),
              unit: '×',
              limit: MOST_COST,
            },
          ]),
    ];
  });
}

async function ask(pool: Pool, headers: Readonly<Record<string, string>>): Promise<void> {
  let left = REQUESTS;
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      const { statusCode, body } = await pool.request({ method: 'GET', path: PATH, headers });
      await body.dump();
      if (statusCode !== 200) throw new RangeError(`found status ${statusCode}, expected 200`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, lane));
}
