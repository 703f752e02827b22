import { createApi } from '@stellar-insights/api/api';
import { composeParts } from '@stellar-insights/api/compose-parts';
import { apiConfig } from '@stellar-insights/api/config';
import { HotAnswers } from '@stellar-insights/api/cache/hot-answers';
import type { Services } from '@stellar-insights/api/answers/route-context';
import { connectDatabase } from '@stellar-insights/db';
import { createLog } from '@stellar-insights/runtime/log';
import { systemClock as clock } from '@stellar-insights/runtime/time';
import { median, type Measurement } from '../measurement.ts';
import { preciseCpuTimeMs } from '../process-time.ts';
import { hasPgbench, pgbench, type SentStatement } from './pgbench.ts';
import { RawLoad } from './raw-load.ts';
import type { ApiStage } from './stage.ts';

/** As many as the API has connections for requests. */
const CLIENTS = 10;
const REQUESTS = 500;
const SECONDS = 2;
const ROUNDS = 5;

/** Answers that are never kept, against the statements that they are made of, in turn; medians of all rounds. */
export async function measureUncachedReads(stage: ApiStage): Promise<Measurement[]> {
  const { busiestAccount, lastLedger } = stage.history;
  const reads = {
    '50 payments of an account': `/api/v1/payments?account=${busiestAccount}`,
    'one ledger': `/api/v1/ledgers/${lastLedger}`,
  };
  const measurements: Measurement[] = [];
  for (const [what, path] of Object.entries(reads))
    measurements.push(...(await measureRead(stage, what, path)));
  return measurements;
}

async function measureRead(stage: ApiStage, what: string, path: string): Promise<Measurement[]> {
  const { api, databaseUrl } = stage;
  await using load = await RawLoad.open({ port: Number(new URL(await api.url()).port), path }, CLIENTS);
  await load.send(REQUESTS);
  const isThere = await hasPgbench();
  const statements = await statementsOf(databaseUrl, path);
  const rates: number[] = [];
  const cpu: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = preciseCpuTimeMs(api.pid);
    rates.push((REQUESTS / (await load.send(REQUESTS))) * 1000);
    cpu.push(((preciseCpuTimeMs(api.pid) - before) * 1000) / REQUESTS);
    if (isThere) bare.push(await pgbench(databaseUrl, statements, { clients: CLIENTS, seconds: SECONDS }));
  }
  const ratios = rates.map((rate, round) => rate / (bare[round] ?? Number.NaN));
  return [
    {
      what: `${what}: requests a second, against the same SQL by pgbench`,
      value: median(ratios),
      unit: '×',
      note: isThere
        ? `${median(rates).toFixed(0)} and ${median(bare).toFixed(0)}; ${statements.length} statements`
        : 'pgbench is absent',
    },
    { what: `${what}: CPU time of the API`, value: median(cpu), unit: 'µs' },
  ];
}

/** What the API sends to Postgres for a request, the limits of the transaction included. */
async function statementsOf(url: string, path: string): Promise<SentStatement[]> {
  const requests = { limit: 1, queue: 1, waitMs: 5000, statementTimeoutMs: 8000 };
  await using db = connectDatabase(url, { applicationName: 'bench', requests });
  const services = { db, cache: { hot: new HotAnswers(0) } } as unknown as Services;
  const readiness = { ready: true, probe: (): boolean => true };
  const log = createLog({ name: 'bench', level: 'silent' });
  const config = apiConfig({ DATABASE_URL: url, REDIS_URL: 'redis://127.0.0.1' });
  const api = createApi(composeParts({ config, services, readiness, clock, log }));
  const statements: SentStatement[] = [];
  const { options } = db.client as unknown as { options: { debug?: unknown } };
  options.debug = (_connection: number, text: string, parameters: unknown[]) => {
    statements.push({ text, parameters: [...parameters] });
  };
  const { status } = await api.request(path);
  if (status !== 200) throw new RangeError(`found status ${status} of ${path}, expected 200`);
  return statements;
}
