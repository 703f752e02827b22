import { setTimeout as sleep } from 'node:timers/promises';
import type { PaymentList } from '@stellar-insights/contract';
import { connectDatabase, migrate } from '@stellar-insights/db';
import { freePort } from '@stellar-insights/devstack';
import { eventually } from '@stellar-insights/devstack/testing';
import { test } from '@stellar-insights/devstack/vitest';
import { expect } from 'vitest';
import { startApi } from './support/start-api.ts';
import { storedSimulation } from './support/stored-simulation.ts';

const SIGNALS = process.env['TEST_FULL'] ? (['SIGTERM', 'SIGKILL'] as const) : (['SIGTERM'] as const);
const LIMIT = 10;
/** A second in production. */
const POLL_MS = 20;

type Query = Readonly<Record<string, string>>;

/** Asks for a page, and again from where the page ended: at once if more is stored, else after a while. */
class Poller implements AsyncDisposable {
  readonly ids: string[] = [];
  /** The queries that were answered. */
  readonly answered: string[] = [];
  failures = 0;
  readonly #stop = new AbortController();
  readonly #polling: Promise<void>;

  /** `next`: what to ask after a page. */
  constructor(url: string, first: Query, next: (page: PaymentList, query: Query) => Query) {
    this.#polling = this.#poll(url, first, next);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#polling;
  }

  async #poll(url: string, first: Query, next: (page: PaymentList, query: Query) => Query): Promise<void> {
    for (let query = first; !this.#stop.signal.aborted;) {
      const page = await this.#ask(`${url}/api/v1/payments?${new URLSearchParams(query).toString()}`);
      if (page !== null) query = next(page, query);
      if (page === null || page.page.next_cursor === null) await sleep(POLL_MS);
    }
  }

  /** Null if the api is away. */
  async #ask(url: string): Promise<PaymentList | null> {
    try {
      const response = await fetch(url, { signal: this.#stop.signal });
      if (response.status !== 200) throw new TypeError(`found status ${response.status}, expected 200`);
      const page = (await response.json()) as PaymentList;
      this.ids.push(...page.data.map(({ op_id: id }) => id));
      if (page.data.length > 0) this.answered.push(url);
      return page;
    } catch {
      this.failures += 1;
      return null;
    }
  }
}

test('who polls for payments after the last one gets each of them once and in order, over restarts of the api, with one request a page', async ({
  database,
  redis,
}) => {
  await migrate(database.url);
  await using db = connectDatabase(database.url, { applicationName: 'test' });
  const simulation = storedSimulation(db);
  await simulation.close(3);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    API_PORT: `${port}`,
    SHUTDOWN_READINESS_DELAY: '0',
  };
  const payments = () => simulation.ledgers.flatMap((ledger) => ledger.payments);
  const start = payments()[1]?.operationId ?? 0n;
  const later = () => payments().filter(({ operationId }) => operationId > start);
  const list = { order: 'asc', limit: `${LIMIT}` };

  let api = await startApi(env);
  await api.ready();
  // By the id of the last payment that was seen.
  await using all = new Poller(url, { ...list, after_id: `${start}` }, ({ data }, query) => ({
    ...query,
    after_id: data.at(-1)?.op_id ?? query['after_id'] ?? '',
  }));
  // What few payments fit: by the ledgers that were looked at.
  const first = { ...list, result: 'failed', after_id: `${start}` };
  await using failed = new Poller(url, first, ({ page, as_of: { to_ledger: to } }, query) =>
    page.next_cursor === null
      ? { ...list, result: 'failed', from_ledger: `${to + 1}` }
      : { ...query, cursor: page.next_cursor },
  );

  for (const signal of SIGNALS) {
    await simulation.close(10);
    await eventually(() => all.ids.length > 0 && failed.ids.length > 0, { what: 'payments' });
    await api.signal(signal);
    await Promise.all([api.ended(), simulation.close(10)]);
    await eventually(() => all.failures > 0, { what: 'the api to be missed' });
    api = await startApi(env);
    await api.ready();
  }
  await simulation.close(5);
  const expected = later().map(({ operationId }) => `${operationId}`);
  const failures = later().flatMap(({ operationId, succeeded }) => (succeeded ? [] : `${operationId}`));
  await eventually(() => all.ids.length >= expected.length && failed.ids.length >= failures.length, {
    what: 'all payments',
  });

  expect(all.ids).toStrictEqual(expected);
  expect(failed.ids).toStrictEqual(failures);
  for (const { answered } of [all, failed]) expect(new Set(answered).size).toBe(answered.length);
});
