import type { Database } from '@stellar-insights/db';
import { readLedgerAge } from '@stellar-insights/db/ledgers';
import type { ReplicaState } from '@stellar-insights/db/replica';
import { readTaskStatus } from '@stellar-insights/db/tasks';
import type { Readiness } from '@stellar-insights/lifecycle';
import type { Clock } from '@stellar-insights/runtime/time';
import { wholeSeconds } from '@stellar-insights/wire';
import { isAnswer } from '../../answers/database-pulse.ts';
import type { Services } from '../../answers/route-context.ts';
import type { RedisState } from '../../cache/answer-store.ts';

const TIMEOUT_MS = 1000;
/** How long what the services answered holds for further probes. */
const REUSED_MS = 250;

/** Readiness with its details. */
export interface ReadyAnswer extends RedisState, Progress {
  /**
   * `degraded`: Postgres is busy, its replica is not up, Redis does not serve the cache, or a task of the workers is stopped.
   * Requests are still answered.
   */
  readonly status: 'ready' | 'degraded' | 'not_ready';
  /** `busy`: requests wait for a connection, or the server is slow or full. It is there, and answers some of them. */
  readonly postgres: 'up' | 'busy' | 'away';
  /** Of `DATABASE_READ_URL`, if it is set. While it is not `up`, the primary answers. */
  readonly replica?: ReplicaState;
  /** Whether a task of the workers is stopped, so that answers may be old. */
  readonly stale: boolean;
}

interface Progress {
  /** The code of what stops a task, by the task's name. */
  readonly errors: Readonly<Record<string, string>>;
  /** Seconds since the newest ledger stored closed; null if none is stored or Postgres is away. */
  readonly newest_ledger_age_seconds: number | null;
  readonly tasks: readonly { readonly task: string; readonly progress_age_seconds: number | null }[];
}

interface DatabaseState {
  readonly postgres: ReadyAnswer['postgres'];
  /** Undefined if the database did not tell it. */
  readonly progress?: Progress;
}

type ServicesState = DatabaseState & RedisState;

/** What the probes are answered. */
export class ApiHealth {
  readonly #readiness: Pick<Readiness, 'probe'>;
  readonly #services: Services;
  readonly #clock: Pick<Clock, 'now'>;
  #state: Promise<ServicesState> | undefined;
  #reusedUntil = -Infinity;

  constructor(readiness: Pick<Readiness, 'probe'>, services: Services, clock: Pick<Clock, 'now'>) {
    this.#readiness = readiness;
    this.#services = services;
    this.#clock = clock;
  }

  /** Whether all services have been acquired. */
  get started(): boolean {
    return this.#services.db !== undefined && this.#services.cache !== undefined;
  }

  /** `peer` is the address of the prober. */
  async ready(peer: string | undefined): Promise<ReadyAnswer> {
    const serving = this.#readiness.probe(peer);
    const { postgres, progress, ...redisState } = await this.#sharedState();
    // Workers that stand still are no reason to get no requests: no other replica has newer answers.
    const stale = Object.keys(progress?.errors ?? {}).length > 0;
    const replica = this.#services.replica?.statistics().state;
    const isWhole = postgres === 'up' && (replica ?? 'up') === 'up' && redisState.redis === 'up' && !stale;
    return {
      status: serving && postgres !== 'away' ? (isWhole ? 'ready' : 'degraded') : 'not_ready',
      postgres,
      ...(replica && { replica }),
      ...redisState,
      stale,
      ...(progress ?? { errors: {}, newest_ledger_age_seconds: null, tasks: [] }),
    };
  }

  /** One reading for all who probe meanwhile: anybody may probe, and cancels take the same narrow way to Postgres. */
  #sharedState(): Promise<ServicesState> {
    if (this.#state === undefined || this.#clock.now() >= this.#reusedUntil) {
      this.#reusedUntil = Infinity;
      this.#state = this.#readState().finally(() => (this.#reusedUntil = this.#clock.now() + REUSED_MS));
    }
    return this.#state;
  }

  async #readState(): Promise<ServicesState> {
    const [database, redis] = await Promise.all([
      this.#database(),
      this.#services.cache?.store.state() ?? { redis: 'away' as const },
    ]);
    return { ...database, ...redis };
  }

  /** Asked on a way that no request takes. */
  async #database(): Promise<DatabaseState> {
    const { db } = this.#services;
    if (db === undefined) return { postgres: 'away' };
    try {
      const progress = await readProgress(db.control);
      return { postgres: (db.statistics()?.waiting ?? 0) > 0 ? 'busy' : 'up', progress };
    } catch (error) {
      return { postgres: isAnswer(error) ? 'busy' : 'away' };
    }
  }
}

async function readProgress(db: Database): Promise<Progress> {
  const options = { timeoutMs: TIMEOUT_MS };
  const [tasks, ageMs] = await Promise.all([readTaskStatus(db, options), readLedgerAge(db, options)]);
  const stopped = tasks.flatMap(({ task, lastError }) =>
    lastError === null ? [] : [[task, lastError.code] as const],
  );
  return {
    errors: Object.fromEntries(stopped),
    newest_ledger_age_seconds: wholeSeconds(ageMs),
    tasks: tasks.map(({ task, progressAgeMs }) => ({
      task,
      progress_age_seconds: wholeSeconds(progressAgeMs),
    })),
  };
}
