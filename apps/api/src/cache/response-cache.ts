import { createHash } from 'node:crypto';
import type { Clock } from '@stellar-insights/runtime/time';
import type { z } from 'zod';
import { ANSWER_KINDS, type AnswerKind } from './answer-kinds.ts';
import type { AnswerStore } from './answer-store.ts';
import { CacheStatistics } from './cache-statistics.ts';
import type { Revalidations } from './revalidations.ts';
import { SharedComputation } from './shared-computation.ts';

/** The state of the data that an answer is made from. Equal states have the same JSON. */
export type StateVersion = string | number | readonly (string | number)[];

export interface Lookup<Schema extends z.ZodType = z.ZodType> {
  readonly kind: AnswerKind;
  /** What is asked. Equal questions have the same JSON. */
  readonly question: readonly unknown[];
  /** The state that is asked of. */
  readonly version: StateVersion;
  /** The state before, and how long ago the present one replaced it. Its answer is served for `staleSeconds` of the kind. */
  readonly previous?: { readonly version: StateVersion; readonly replacedMs: number } | undefined;
  /** What Redis returns is not believed unless it fits. */
  readonly schema: Schema;
  /** Whether a kept answer can still be given. Default: each can. */
  isCurrent?(answer: z.output<Schema>): boolean;
  /** The state that a computed answer was made from, which may be a later one. Default: the one that is asked of. */
  versionOf?(answer: z.output<Schema>): StateVersion;
  readonly signal: AbortSignal;
}

interface Found {
  /** What is kept: of the state that is asked of, or of the one before. */
  readonly current?: unknown;
  readonly previous?: unknown;
  /** What computed the answer when the search began. It may have ended since, and may be kept now. */
  readonly running: SharedComputation<unknown> | undefined;
}

/**
 * Keeps answers. A key names the state that its answer was made from: no key is ever invalidated, and whoever writes late
 * writes an answer of a state that nobody asks of any more. Without Redis every lookup is a miss.
 *
 * A lookup ends in one of four ways:
 * - hit: the answer of this state is kept.
 * - stale hit: only that of the state before is kept, which was replaced moments ago. It is given, and the new one is
 *   computed in the background.
 * - shared: another request computes the answer.
 * - miss: it is computed. The computation goes on while one of those who want it waits.
 */
export class ResponseCache {
  readonly store: AnswerStore;
  readonly statistics: CacheStatistics;
  readonly #revalidations: Revalidations;
  readonly #searching = new Map<string, Promise<Found>>();
  readonly #computing = new Map<string, SharedComputation<unknown>>();

  constructor(store: AnswerStore, revalidations: Revalidations, clock: Pick<Clock, 'date'>) {
    this.store = store;
    this.statistics = new CacheStatistics(clock.date());
    this.#revalidations = revalidations;
  }

  /** `compute` must return JSON. Its signal aborts once nobody waits for the answer any more. */
  async getOrCompute<Schema extends z.ZodType>(
    lookup: Lookup<Schema>,
    compute: (signal: AbortSignal) => Promise<z.output<Schema>>,
  ): Promise<z.output<Schema>> {
    const { kind, signal } = lookup;
    signal.throwIfAborted();
    const { current, previous, running } = await this.#search(lookup);
    signal.throwIfAborted();
    if (current !== undefined) {
      this.statistics.count(kind, 'hits');
      return current as z.output<Schema>;
    }
    const begun = running ?? this.#running(lookup);
    if (previous !== undefined) {
      this.statistics.count(kind, 'stale_hits');
      if (begun === undefined) this.#revalidations.begin((stop) => this.#begin(lookup, compute).join(stop));
      return previous as z.output<Schema>;
    }
    this.statistics.count(kind, begun === undefined ? 'misses' : 'shared');
    return (await (begun ?? this.#begin(lookup, compute)).join(signal)) as z.output<Schema>;
  }

  /** Those who ask the same meanwhile share the search. */
  async #search(lookup: Lookup): Promise<Found> {
    const older = servedStale(lookup);
    const key = keyOf(lookup, [lookup.version, older ?? null]);
    const searching = this.#searching.get(key) ?? this.#find(lookup, older);
    this.#searching.set(key, searching);
    try {
      return await searching;
    } finally {
      if (this.#searching.get(key) === searching) this.#searching.delete(key);
    }
  }

  /** Never rejects. */
  async #find(lookup: Lookup, older: StateVersion | undefined): Promise<Found> {
    const running = this.#running(lookup);
    // Nothing is kept yet of what is being computed.
    const current = running === undefined ? await this.#read(lookup, lookup.version) : undefined;
    if (current !== undefined || older === undefined || running?.hasEnded === true) {
      return { current, running };
    }
    return { previous: await this.#read(lookup, older), running };
  }

  async #read(lookup: Lookup, version: StateVersion): Promise<unknown> {
    const text = await this.store.read(keyOf(lookup, version));
    if (text === null) return undefined;
    const answer = parseAnswer(text, lookup.schema);
    if (answer === undefined) this.statistics.count(lookup.kind, 'malformed');
    return answer !== undefined && (lookup.isCurrent?.(answer) ?? true) ? answer : undefined;
  }

  #running(lookup: Lookup): SharedComputation<unknown> | undefined {
    const running = this.#computing.get(keyOf(lookup, lookup.version));
    return running?.isAborted === true ? undefined : running;
  }

  #begin(lookup: Lookup, compute: (signal: AbortSignal) => Promise<unknown>): SharedComputation<unknown> {
    const key = keyOf(lookup, lookup.version);
    const computation = new SharedComputation(compute);
    this.#computing.set(key, computation);
    // Until it is kept it is found here, so that it is not computed twice.
    void this.#keep(lookup, computation).finally(() => {
      if (this.#computing.get(key) === computation) this.#computing.delete(key);
    });
    return computation;
  }

  /** Never rejects. */
  async #keep(lookup: Lookup, { result }: SharedComputation<unknown>): Promise<void> {
    const { kind, version } = lookup;
    const computed = await result.then(
      (answer) => ({ answer }),
      () => undefined,
    );
    if (computed === undefined) return;
    this.statistics.count(kind, 'computed');
    const { answer } = computed;
    const key = keyOf(lookup, lookup.versionOf?.(answer) ?? version);
    if (!(await this.store.write(kind, key, answer))) this.statistics.count(kind, 'not_kept');
  }
}

/** The state before, while its answer may still be given. */
function servedStale({ kind, previous }: Lookup): StateVersion | undefined {
  if (previous === undefined) return undefined;
  return previous.replacedMs < ANSWER_KINDS[kind].staleSeconds * 1000 ? previous.version : undefined;
}

function keyOf({ kind, question }: Lookup, version: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, version, question]))
    .digest('base64url');
}

/** Undefined if it is no answer of this shape. The answer is as it was written: its order of fields is that of a new one. */
function parseAnswer(kept: string, schema: z.ZodType): unknown {
  try {
    const answer: unknown = JSON.parse(kept);
    return schema.safeParse(answer).success ? answer : undefined;
  } catch {
    return undefined;
  }
}
