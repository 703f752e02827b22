import type { Resource } from '@stellar-insights/lifecycle';
import { ErrorReminder, type Log } from '@stellar-insights/runtime/log';
import { systemClock, type Clock } from '@stellar-insights/runtime/time';
import type { Database, Executor, RunOptions } from '../database.ts';
import {
  DatabaseRefusedError,
  DatabaseUnavailableError,
  StatementTimeoutError,
  TransactionConflictError,
} from '../errors.ts';
import { readSnapshot, type Transaction } from '../transaction.ts';
import { hasReached, isBeyond, readDataPlace, type DataPlace } from './data-place.ts';
import { ReplicaMismatchError } from './errors.ts';

/**
 * - `up`: at the last look, it had what the primary had at the look before. Only then reads try it.
 * - `behind`: it lacks something of that.
 * - `away`: it does not answer in time. Also before the first look.
 * - `refused`: it lets nobody in, or is another database, or has something that the primary lacks.
 *
 * A look leads from any state to any other; a read that finds no server leads from `up` to `away` and rings for a look.
 */
export type ReplicaState = 'up' | 'behind' | 'away' | 'refused';

/** Who answered: the replica, or the primary, since the replica was not up, was behind, or broke off. */
export type ReplicaOutcome = 'replica' | 'not_up' | 'behind' | 'broken_off';

export interface ReplicaStatistics {
  readonly state: ReplicaState;
  /** For how long it lacks what the primary had; 0 if it lacks nothing, or does not answer. */
  readonly lagMs: number;
  readonly reads: Readonly<Record<ReplicaOutcome, number>>;
}

export interface ReadReplicaOptions {
  readonly primary: Database;
  readonly replica: Database;
  /** Of the primary, as `readDatabaseIdentity` reads it. */
  readonly identity: string;
  readonly log: Log;
  readonly clock?: Clock;
}

interface ReadOptions extends Pick<RunOptions, 'signal'> {
  /** Reads the place of the primary; several reads at once may share one of it. */
  readonly goal: () => Promise<DataPlace>;
}

/** Of a snapshot that lacks what the primary has. */
const BEHIND = Symbol('behind');

const LOOK_EVERY_MS = 1000;
const LOOK_MS = 1000;

/**
 * A streaming replica that reads may use. No answer from it is older than the primary's would have been: before a snapshot of
 * it is used it must have reached the place of the primary, read after the question. Otherwise the primary answers.
 */
export class ReadReplica implements Resource {
  readonly name = 'read-replica';
  readonly #primary: Database;
  readonly #replica: Database;
  readonly #identity: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #reminder: ErrorReminder;
  readonly #stop = new AbortController();
  readonly #reads = { replica: 0, not_up: 0, behind: 0, broken_off: 0 };
  #state: ReplicaState = 'away';
  #lagMs = 0;
  /** Aborts when the replica is found to be away or to refuse: what is read there then is left behind. */
  #present = new AbortController();
  /** What the replica has to reach, and since when. */
  #goal: { readonly place: DataPlace; readonly since: number } | undefined;
  #bell = Promise.withResolvers<void>();
  #running: Promise<void> = Promise.resolve();

  constructor({ primary, replica, identity, log, clock = systemClock }: ReadReplicaOptions) {
    this.#primary = primary;
    this.#replica = replica;
    this.#identity = identity;
    this.#clock = clock;
    this.#log = log;
    this.#reminder = new ErrorReminder(log, { service: 'replica' }, clock);
  }

  start(): void {
    this.#running = this.#watch();
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error('the process stops'));
    await this.#running;
  }

  statistics(): ReplicaStatistics {
    return { state: this.#state, lagMs: this.#lagMs, reads: { ...this.#reads } };
  }

  /**
   * As `readSnapshot`. `work` is run again if the replica breaks off.
   *
   * @throws DatabaseUnavailableError if the primary is away; DatabaseBusyError; the signal's reason
   */
  async read<T>(work: (tx: Transaction) => Promise<T>, { goal, signal }: ReadOptions): Promise<T> {
    const found = this.#state === 'up' ? await this.#tryReplica(work, { goal, signal }) : 'not_up';
    if (typeof found === 'object') {
      this.#reads.replica += 1;
      return found.answer;
    }
    this.#reads[found] += 1;
    return await readSnapshot(this.#primary, work, { signal });
  }

  async #tryReplica<T>(
    work: (tx: Transaction) => Promise<T>,
    { goal, signal }: ReadOptions,
  ): Promise<{ readonly answer: T } | 'behind' | 'broken_off'> {
    const present = this.#present.signal;
    const ended = AbortSignal.any(signal === undefined ? [present] : [present, signal]);
    const place = goal();
    place.catch(() => undefined);
    const read = async (tx: Transaction): Promise<T | typeof BEHIND> => {
      const [reached, wanted] = await Promise.all([readDataPlace(tx), place]);
      return hasReached(reached, wanted) ? await work(tx) : BEHIND;
    };
    try {
      const answer = await orAbort(readSnapshot(this.#replica, read, { signal: ended }), ended);
      return answer === BEHIND ? 'behind' : { answer };
    } catch (error) {
      signal?.throwIfAborted();
      // If the primary did not say where it is, that is the error.
      await place;
      const state = stateBy(error);
      if (state !== undefined) {
        this.#becomes(state, error);
        this.#bell.resolve();
      } else if (!present.aborted && !(error instanceof TransactionConflictError)) {
        throw error;
      }
      return 'broken_off';
    }
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      this.#bell = Promise.withResolvers();
      await this.#look(signal);
      const pause = this.#clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
      await Promise.race([pause, this.#bell.promise]);
    }
  }

  /** Never rejects. */
  async #look(signal: AbortSignal): Promise<void> {
    const options = { timeoutMs: LOOK_MS, signal };
    const goal = (this.#goal ??= await this.#nextGoal(options));
    // Without the primary nothing can be said, nor answered.
    if (goal === undefined) return;
    try {
      const { identity, place } = await this.#replica.control.run(readIdentityAndPlace, options);
      if (identity !== this.#identity) throw this.#mismatch(`the database ${identity}`);
      const next = await this.#nextGoal(options);
      // After a failover of the primary, a server may have what was lost.
      if (next !== undefined && isBeyond(place, next.place))
        throw this.#mismatch('a database with something that the primary lacks');
      if (hasReached(place, goal.place)) {
        this.#becomes('up');
        this.#goal = next;
      } else {
        this.#becomes('behind', undefined, this.#clock.now() - goal.since);
      }
    } catch (error) {
      if (signal.aborted) return;
      const state = error instanceof StatementTimeoutError ? 'away' : stateBy(error);
      if (state === undefined)
        this.#becomes('refused', this.#mismatch('a database without our tables', error));
      else this.#becomes(state, error);
    }
  }

  #mismatch(found: string, cause?: unknown): ReplicaMismatchError {
    return new ReplicaMismatchError(found, this.#identity, { cause });
  }

  /** Undefined if the primary does not answer. */
  async #nextGoal(options: RunOptions): Promise<{ place: DataPlace; since: number } | undefined> {
    const since = this.#clock.now();
    const place = await this.#primary.control.run(readDataPlace, options).catch(() => undefined);
    return place && { place, since };
  }

  #becomes(state: ReplicaState, reason?: unknown, lagMs = 0): void {
    const isNew = state !== this.#state;
    this.#state = state;
    this.#lagMs = lagMs;
    if (state === 'up') {
      this.#reminder.over();
      if (isNew) this.#log.info('the read replica answers');
    } else if (state === 'behind') {
      this.#reminder.warn('the read replica is behind; the primary answers', { lagMs: Math.round(lagMs) });
    } else {
      this.#present.abort(reason);
      this.#present = new AbortController();
      this.#reminder.occurred(reason);
    }
  }
}

async function readIdentityAndPlace(executor: Executor): Promise<{ identity: string; place: DataPlace }> {
  const { sql } = executor;
  const [place, [row]] = await Promise.all([
    readDataPlace(executor),
    sql<{ identity: string }[]>`select id::text as identity from database_identity`,
  ]);
  return { identity: row?.identity ?? 'none', place };
}

/** What the driver's error says about the server; undefined if it is about the statement. */
function stateBy(error: unknown): 'away' | 'refused' | undefined {
  if (error instanceof DatabaseUnavailableError) return 'away';
  return error instanceof DatabaseRefusedError || error instanceof ReplicaMismatchError
    ? 'refused'
    : undefined;
}

/** A server that has fallen silent ends nothing: what waits for it is left behind. */
async function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
    work.catch(() => undefined);
  }
}
