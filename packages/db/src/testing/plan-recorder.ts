import postgres from 'postgres';
import { databaseOptions } from '../database-options.ts';
import { Database } from '../database.ts';
import { Plan, type PlanNode } from './plan.ts';

/** Makes the server's own `auto_explain` send the plan of each statement, as it was run, to the client that ran it. */
const EXPLAIN = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_format': 'json',
  'auto_explain.log_level': 'notice',
};

/** A database whose statements' plans are recorded. It needs a superuser's URL. It has one connection. */
export class PlanRecorder implements AsyncDisposable {
  readonly db: Database;
  #plans: Plan[] = [];

  constructor(url: string) {
    const options = databaseOptions({ applicationName: 'plans', max: 1 });
    const client = postgres(url, {
      ...options,
      connection: { ...options.connection, ...EXPLAIN },
      onnotice: ({ message }) => this.#add(message ?? ''),
    });
    this.db = new Database(client);
  }

  /** The plans of all statements that `work` runs. Rejects if it runs none. */
  async plansOf(work: (db: Database) => Promise<unknown>): Promise<Plan[]> {
    await this.#taken();
    await work(this.db);
    const plans = await this.#taken();
    if (plans.length === 0) throw new TypeError('found no statement, expected at least one');
    return plans;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.db[Symbol.asyncDispose]();
  }

  async #taken(): Promise<Plan[]> {
    // A plan arrives after its statement's rows, and before the next statement's.
    await this.db.run(({ sql }) => sql`select 'the end of a recording'`);
    const plans = this.#plans.filter(({ query }) => !query.includes('the end of a recording'));
    this.#plans = [];
    return plans;
  }

  #add(message: string): void {
    const json = /^duration: .* plan:\n(.*)/s.exec(message)?.[1];
    if (json === undefined) return;
    const { 'Query Text': query, Plan: root } = JSON.parse(json) as { 'Query Text': string; Plan: PlanNode };
    this.#plans.push(new Plan(query, root));
  }
}
