import { smallint } from './drizzle.ts';
import { letterColumn, resultCode } from './columns.ts';
import { BLAME_LETTERS } from './letters.ts';

/** An operation's own result, and why it failed. `failure_reason` and `blame` are null together, and so are the two of the cause. */
export const failureColumns = () => ({
  operationResult: resultCode('operation_result'),
  failureReason: resultCode('failure_reason'),
  causeCode: resultCode('cause_code'),
  causeIndex: smallint('cause_index'),
  failureBlame: letterColumn('failure_blame', BLAME_LETTERS),
});
