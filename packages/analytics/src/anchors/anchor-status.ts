import { assessHealth, type HealthRule, type HealthStatus } from '../corridors/health.ts';
import type { AnchorCounts } from './anchor-counts.ts';

export const ANCHOR_STATUSES = ['healthy', 'degraded', 'unreachable', 'unverified'] as const;
export type AnchorStatus = (typeof ANCHOR_STATUSES)[number];

/** A single failed request says nothing: so many in a row do. */
export const FAILURES_THAT_COUNT = 2;

/** What came of the last request for an anchor's file. */
interface FileState {
  /** Code of the failure; null if the file was read, or was never asked for. */
  readonly failure: string | null;
  /** Failed requests in a row. */
  readonly failures: number;
}

interface AnchorEvidence {
  readonly file: FileState;
  /** How many issuers are verified. */
  readonly issuers: number;
  /** Why none is, if none is. */
  readonly unverifiedReason: string;
  /** Of 24 hours. */
  readonly counts: AnchorCounts;
}

export interface AnchorHealth {
  readonly status: AnchorStatus;
  /** A stable code; null while the anchor is healthy. */
  readonly reason: string | null;
  /** Of its corridors together, whatever else there is: the hysteresis needs it. */
  readonly rate: HealthStatus;
}

/** Codes of answers that are no file, in place of none. All other failures are of the connection or of the server. */
const NO_FILE = /^file_/;

/** Whether a failed request for a file got no answer that says anything about the file. */
export function isUnreachable(failure: string): boolean {
  return !NO_FILE.test(failure);
}

/** The health of an anchor, by the first of: unreachable, unverified, degraded, healthy. */
export function assessAnchor(
  { file, issuers, unverifiedReason, counts }: AnchorEvidence,
  before: HealthStatus,
  rule: HealthRule,
): AnchorHealth {
  const rate = assessHealth(counts, before, rule);
  if (file.failure !== null && file.failures >= FAILURES_THAT_COUNT && isUnreachable(file.failure))
    return { status: 'unreachable', reason: file.failure, rate };
  if (issuers === 0) return { status: 'unverified', reason: unverifiedReason, rate };
  return rate === 'degraded'
    ? { status: 'degraded', reason: 'success_rate', rate }
    : { status: 'healthy', reason: null, rate };
}
