import { ANSWER_KINDS, type AnswerKind } from './answer-kinds.ts';

/**
 * What a process has counted of one kind of answer, named as it is published. Each request is one of the first four, unless it ends while it waits:
 * a kept answer; one of the state before; a computation that it began; a computation that it joined.
 */
export interface KindStatistics {
  readonly hits: number;
  readonly stale_hits: number;
  readonly misses: number;
  readonly shared: number;
  /** Answers computed, for requests or because one was served stale. */
  readonly computed: number;
  /** What Redis returned and is no answer of this kind. */
  readonly malformed: number;
  /** Answers that were not kept: the budget was used up, or they were longer than 1 MiB. */
  readonly not_kept: number;
}

type Counted = keyof KindStatistics;

const NOTHING_COUNTED: KindStatistics = {
  hits: 0,
  stale_hits: 0,
  misses: 0,
  shared: 0,
  computed: 0,
  malformed: 0,
  not_kept: 0,
};

/** Counts by kind since the start of the process. */
export class CacheStatistics {
  readonly since: Date;
  readonly #counts = new Map<AnswerKind, Record<Counted, number>>();

  constructor(since: Date) {
    this.since = since;
  }

  count(kind: AnswerKind, what: Counted): void {
    const counts = this.#counts.get(kind) ?? { ...NOTHING_COUNTED };
    counts[what] += 1;
    this.#counts.set(kind, counts);
  }

  of(kind: AnswerKind): KindStatistics {
    return { ...(this.#counts.get(kind) ?? NOTHING_COUNTED) };
  }

  /** All kinds, in the order in which they are declared. */
  all(): [AnswerKind, KindStatistics][] {
    return (Object.keys(ANSWER_KINDS) as AnswerKind[]).map((kind) => [kind, this.of(kind)]);
  }

  /** For a report: the sums, and what is not zero by kind, e.g. `hits` and `corridor.hits`. */
  flat(): Record<string, number> {
    const flat: Record<string, number> = { ...NOTHING_COUNTED };
    for (const [kind, counts] of this.all()) {
      for (const [name, count] of Object.entries(counts)) {
        flat[name] = (flat[name] ?? 0) + count;
        if (count > 0) flat[`${kind}.${name}`] = count;
      }
    }
    return flat;
  }
}
