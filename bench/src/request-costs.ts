import type { TestProgram } from '@stellar-insights/devstack/testing';
import { Pool } from 'undici';
import { cpuTimeMs } from './process-time.ts';

const CONNECTIONS = 16;

export interface RequestKind {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Effort {
  readonly rounds: number;
  /** Of each kind in each round. */
  readonly requests: number;
}

/**
 * CPU time of the API for a request of each kind, in µs, round by round: wall time would depend on what else the machine does.
 * A round before them warms up. Each round begins with another kind.
 */
export async function requestCosts<Kind extends string>(
  api: TestProgram,
  kinds: Readonly<Record<Kind, RequestKind>>,
  { rounds, requests }: Effort,
): Promise<Readonly<Record<Kind, number>>[]> {
  await using resources = new AsyncDisposableStack();
  const pool = resources.adopt(new Pool(await api.url(), { connections: CONNECTIONS }), (it) => it.close());
  const names = Object.keys(kinds) as Kind[];
  const all: Record<Kind, number>[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const costs: Partial<Record<Kind, number>> = {};
    for (let place = 0; place < names.length; place += 1) {
      const name = names[(round + place) % names.length] as Kind;
      const before = cpuTimeMs(api.pid);
      await ask(pool, kinds[name], requests);
      costs[name] = ((cpuTimeMs(api.pid) - before) * 1000) / requests;
    }
    if (round > 0) all.push(costs as Record<Kind, number>);
  }
  return all;
}

async function ask(pool: Pool, { path, headers }: RequestKind, requests: number): Promise<void> {
  let left = requests;
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      const { statusCode, body } = await pool.request({ method: 'GET', path, headers });
      await body.dump();
      if (statusCode !== 200) throw new RangeError(`found status ${statusCode}, expected 200`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, lane));
}
