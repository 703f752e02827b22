import { BLAMES } from '@stellar-insights/ledger';
import { pgEnum, smallint } from './drizzle.ts';
import { resultCode } from './columns.ts';

export const blame = pgEnum('blame', BLAMES);

/** Why an operation failed. `failure_reason` and `blame` are null together, and so are the two of the cause. */
export const failureColumns = () => ({
  failureReason: resultCode('failure_reason'),
  failureBlame: blame('failure_blame'),
  causeIndex: smallint('cause_index'),
  causeCode: resultCode('cause_code'),
});
