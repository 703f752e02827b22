import type { Database } from '@stellar-insights/db';
import type { TestProgram } from '@stellar-insights/devstack/testing';
import { median, type Measurement } from '../measurement.ts';
import { requestCosts } from '../request-costs.ts';
import { authorization, issueKey, PATH } from './bench-key.ts';

/** Requests a minute: more than the bench can send. */
const LIMIT = 500_000;
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

/** What a key costs, and what a key with a limit. */
export async function measureRequestCosts(
  db: Database,
  api: TestProgram,
  rounds: number,
): Promise<Measurement[]> {
  const kinds = {
    open: { path: PATH, headers: {} },
    key: { path: PATH, headers: authorization(await issueKey(db)) },
    limited: { path: PATH, headers: authorization(await issueKey(db, LIMIT)) },
  };
  const all = await requestCosts<Kind>(api, kinds, { rounds, requests: REQUESTS });
  return KINDS.flatMap((kind) => [
    { what: TITLES[kind], value: median(all.map((round) => round[kind])), unit: 'µs of CPU time' },
    ...(kind === 'open'
      ? []
      : [
          {
            what: `${TITLES[kind]}, against one without a key`,
            value: median(all.map((round) => round[kind] / round.open)),
            unit: '×',
            limit: MOST_COST,
          },
        ]),
  ]);
}
