import type { ResultCode } from '../brands.ts';
import type { Blame } from '../facts.ts';
import { failureReason } from '../failure-reasons/index.ts';

/** Who could have prevented a failure with this code. */
export function blameOf(code: ResultCode): Blame {
  return failureReason(code)?.blame ?? 'unknown';
}
