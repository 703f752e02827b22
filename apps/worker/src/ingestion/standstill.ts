import { SourceBehindError, SourceStalledError } from './errors.ts';

const STALLED_INTERVALS = 20;
const STALLED_AT_LEAST_MS = 60_000;

/** The time without a ledger after which a source is stalled. `meanMs`: between two closes; undefined if not known. */
export function stallLimitMs(meanMs: number | undefined): number {
  return Math.max(STALLED_AT_LEAST_MS, STALLED_INTERVALS * (meanMs ?? 0));
}

/** The ledger that ingestion wants next. */
export interface Position {
  readonly next: number;
  /** Whether the one before it is stored; false at the start, in an empty database. */
  readonly stored: boolean;
}

/** What is known of a source and of those who store its ledgers, at one moment. */
export interface SourceLook {
  /** The newest ledger that the source reports; null if it has none; undefined if it does not answer. */
  readonly latest: number | null | undefined;
  /** Why the source does not answer. */
  readonly fault?: Error | undefined;
  /** Undefined until the first ledger is known. */
  readonly position: Position | undefined;
  /** How often in a row the newest ledger was below the last one stored, this look included. */
  readonly timesBehind: number;
  /** Milliseconds since any process stored a ledger; null if none did. */
  readonly progressAgeMs: number | null;
  /** Milliseconds since this process began to follow the source. */
  readonly followedMs: number;
  /** Milliseconds since this process saw the newest ledger rise. */
  readonly risenAgeMs: number;
  readonly limitMs: number;
}

/**
 * - `works`: there are ledgers to store, or not enough is known.
 * - `waits`: there is nothing to store, and that is as it should be.
 * - `stands_still`: there is or should be something to store, and nothing happens.
 */
export type Verdict =
  | { readonly state: 'works' }
  | { readonly state: 'waits'; readonly for: string }
  | {
      readonly state: 'stands_still';
      readonly error: SourceBehindError | SourceStalledError;
      /** Whether this is the reason, whatever went wrong before. If not, an earlier error says more. */
      readonly certain: boolean;
    };

/** An answer behind the cursor may come from a balancer's slower server: then ledgers are stored meanwhile. */
const TIMES_BEHIND = 2;
const BEHIND_AT_LEAST_MS = 15_000;

/** Whether ingestion makes progress, as far as its source lets it. */
export function judge(look: SourceLook): Verdict {
  const { latest, position, progressAgeMs, followedMs, risenAgeMs } = look;
  // Without an answer, or with ledgers to store: another process may have stored the last one just now.
  const workedMs = Math.min(progressAgeMs ?? Infinity, followedMs);
  if (latest === undefined || latest === null || position === undefined) return worksUnless(workedMs, look);
  const { next, stored } = position;
  if (latest >= next) return worksUnless(workedMs, look);
  if (!stored) return waitsUnless(risenAgeMs, `ledger ${next}, where START_LEDGER begins`, look);
  if (latest === next - 1) return waitsUnless(progressAgeMs ?? followedMs, `ledger ${next}`, look);
  const silentMs = progressAgeMs ?? followedMs;
  if (look.timesBehind < TIMES_BEHIND || silentMs < BEHIND_AT_LEAST_MS) return { state: 'works' };
  return { state: 'stands_still', error: new SourceBehindError(next - 1), certain: true };
}

function worksUnless(silentMs: number, look: SourceLook): Verdict {
  return silentMs > look.limitMs ? stalled(look, false) : { state: 'works' };
}

function waitsUnless(silentMs: number, what: string, look: SourceLook): Verdict {
  return silentMs > look.limitMs ? stalled(look, true) : { state: 'waits', for: what };
}

function stalled({ latest, fault, limitMs }: SourceLook, certain: boolean): Verdict {
  const error = new SourceStalledError(describe(latest, fault), limitMs, { cause: fault });
  return { state: 'stands_still', error, certain };
}

function describe(latest: number | null | undefined, fault: Error | undefined): string {
  if (latest === undefined)
    return `no answer of the source${fault === undefined ? '' : ` (${fault.message})`}`;
  return latest === null ? 'a source without ledgers' : `ledger ${latest} as the newest of the source`;
}
