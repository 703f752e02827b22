import { hash } from 'node:crypto';
import type { Clock } from '@stellar-insights/runtime/time';
import { z } from 'zod';
import { ANSWER_KINDS, type AnswerKind } from './answer-kinds.ts';
import type { AnswerStore } from './answer-store.ts';
import { CacheStatistics } from './cache-statistics.ts';
import type { HotAnswers } from './hot-answers.ts';
import { KeptAnswer } from './kept-answer.ts';
import type { Revalidations } from './revalidations.ts';
import { SharedComputation } from './shared-computation.ts';

export interface Lookup {
  readonly kind: AnswerKind;
  /** What is asked. Equal questions have the same JSON. */
  readonly question: readonly unknown[];
  /** Names the state of the data that is asked of. */
  readonly version: string;
  /** The state before, and how long ago the present one replaced it. Its answer is served for `staleSeconds` of the kind. */
  readonly previous?: { readonly version: string; readonly replacedMs: number } | undefined;
  /** Of the whole answer. A process with another one does not take the answers of this one. */
  readonly schema: z.ZodType;
  /** Whether a kept answer can still be given. Default: each can. */
  isCurrent?(answer: KeptAnswer): boolean;
  readonly signal: AbortSignal;
}

interface ResponseCacheParts {
  readonly store: AnswerStore;
  readonly hot: HotAnswers;
  readonly revalidations: Revalidations;
  readonly clock: Pick<Clock, 'date'>;
}

interface Found {
  /** What is kept: of the state that is asked of, or of the one before. */
  readonly current?: KeptAnswer | undefined;
  readonly previous?: KeptAnswer | undefined;
  /** What computed the answer when the search began. It may have ended since, and may be kept now. */
  readonly running: SharedComputation<KeptAnswer> | undefined;
}

/**
 * Keeps answers as bytes. A key names the state that its answer was made from: no key is ever invalidated, and whoever writes late
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
  /** What this process has at hand, before it asks Redis. */
  readonly hot: HotAnswers;
  readonly statistics: CacheStatistics;
  readonly #revalidations: Revalidations;
  readonly #searching = new Map<string, Promise<Found>>();
  readonly #computing = new Map<string, SharedComputation<KeptAnswer>>();

  constructor({ store, hot, revalidations, clock }: ResponseCacheParts) {
    this.store = store;
    this.hot = hot;
    this.statistics = new CacheStatistics(clock.date());
    this.#revalidations = revalidations;
  }

  /**
   * `compute` makes the answer of the state that is asked of, or of a later one. Its signal aborts once nobody waits for the
   * answer any more.
   */
  async getOrCompute<Answer>(
    lookup: Lookup,
    compute: (signal: AbortSignal) => Promise<KeptAnswer<Answer>>,
  ): Promise<KeptAnswer<Answer>> {
    const { kind, signal } = lookup;
    signal.throwIfAborted();
    const { current, previous, running } = await this.#search(lookup);
    signal.throwIfAborted();
    if (current !== undefined) {
      this.statistics.count(kind, 'hits');
      return current as KeptAnswer<Answer>;
    }
    const begun = running ?? this.#running(lookup);
    if (previous !== undefined) {
      this.statistics.count(kind, 'stale_hits');
      if (begun === undefined) this.#revalidations.begin((stop) => this.#begin(lookup, compute).join(stop));
      return previous as KeptAnswer<Answer>;
    }
    this.statistics.count(kind, begun === undefined ? 'misses' : 'shared');
    return (await (begun ?? this.#begin(lookup, compute)).join(signal)) as KeptAnswer<Answer>;
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
  async #find(lookup: Lookup, older: string | undefined): Promise<Found> {
    const running = this.#running(lookup);
    // Nothing is kept yet of what is being computed.
    const current = running === undefined ? await this.#read(lookup, lookup.version) : undefined;
    if (current !== undefined || older === undefined || running?.hasEnded === true) {
      return { current, running };
    }
    return { previous: await this.#read(lookup, older), running };
  }

  async #read(lookup: Lookup, version: string): Promise<KeptAnswer | undefined> {
    const key = keyOf(lookup, version);
    const bytes = await this.store.read(key);
    if (bytes === null) return undefined;
    const answer = KeptAnswer.decode(key, bytes);
    if (answer === undefined) this.statistics.count(lookup.kind, 'malformed');
    return answer !== undefined && (lookup.isCurrent?.(answer) ?? true) ? answer : undefined;
  }

  #running(lookup: Lookup): SharedComputation<KeptAnswer> | undefined {
    const running = this.#computing.get(keyOf(lookup, lookup.version));
    return running?.isAborted === true ? undefined : running;
  }

  #begin(
    lookup: Lookup,
    compute: (signal: AbortSignal) => Promise<KeptAnswer>,
  ): SharedComputation<KeptAnswer> {
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
  async #keep(lookup: Lookup, { result }: SharedComputation<KeptAnswer>): Promise<void> {
    const { kind } = lookup;
    const answer = await result.catch(() => undefined);
    if (answer === undefined) return;
    this.statistics.count(kind, 'computed');
    const key = keyOf(lookup, answer.version);
    if (!(await this.store.write(kind, key, answer))) this.statistics.count(kind, 'not_kept');
  }
}

/** The state before, while its answer may still be given. */
function servedStale({ kind, previous }: Lookup): string | undefined {
  if (previous === undefined) return undefined;
  return previous.replacedMs < ANSWER_KINDS[kind].staleSeconds * 1000 ? previous.version : undefined;
}

function keyOf({ kind, question, schema }: Lookup, version: unknown): string {
  return hash('sha256', JSON.stringify([kind, fingerprintOf(schema), version, question]), 'base64url');
}

const fingerprints = new WeakMap<z.ZodType, string>();

/** Of another release the answers may have another shape. */
function fingerprintOf(schema: z.ZodType): string {
  const known = fingerprints.get(schema);
  if (known !== undefined) return known;
  const shape = JSON.stringify(z.toJSONSchema(schema, { unrepresentable: 'any' }));
  const fingerprint = hash('sha256', shape, 'base64url').slice(0, 8);
  fingerprints.set(schema, fingerprint);
  return fingerprint;
}
