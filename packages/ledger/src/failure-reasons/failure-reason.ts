import type { Blame } from '../facts.ts';

/**
 * What helps after a failure. `as_is`: the same operation can succeed in a new transaction, though nobody did anything.
 * `after_action`: it can succeed once what `action` says is done. `no`: it fails again; `action` says what to send instead.
 */
export const RETRIES = ['as_is', 'after_action', 'no'] as const;
export type Retry = (typeof RETRIES)[number];

/** What a result code of the protocol says about the operation that has it as its reason. */
export interface FailureReason {
  /** One sentence. */
  readonly meaning: string;
  /** Null if it depends on what happened. */
  readonly blame: Blame | null;
  readonly retry: Retry;
  /** What to do, in one or two sentences. */
  readonly action: string;
}

/** Reasons by what follows the name of the operation in their codes. */
export type ReasonsByEnding = Readonly<Record<string, FailureReason>>;

export function reason(blame: Blame | null, retry: Retry, meaning: string, action: string): FailureReason {
  return { meaning, blame, retry, action };
}
