import { FAILING_OPERATIONS, RETRIES } from '@stellar-insights/ledger';
import { z } from 'zod';
import { blame } from '../scalars.ts';
import { orNull, page } from './answer.ts';
import { formatParameter } from './parameters.ts';

const failingOperation = z.enum(FAILING_OPERATIONS);

export const failureReasonsQuery = z.strictObject({
  operation: failingOperation.optional().meta({
    description:
      'Only the codes with which an operation of this kind can fail: its own, and those of operations of any kind and of transactions.',
  }),
  format: formatParameter,
});

const failureReason = z
  .object({
    code: z.string().meta({ description: 'As `failure.reason` and `failure.cause.code` have it.' }),
    operation: failingOperation.nullable().meta({
      description:
        'The kind of operation whose code it is; null for a code of transactions (`tx…`) or of operations of any kind (`op…`). A transfer of an asset contract has the codes of `invoke_host_function`.',
    }),
    meaning: z.string().meta({ description: 'What has happened, in one sentence.' }),
    blame: orNull(blame).meta({
      description:
        'Who could have prevented it. Null if it depends: a payment that was rolled back (`txFAILED`) has the blame of its cause, and why a contract refused a call is not in the code.',
    }),
    retry: z.enum(RETRIES).meta({
      description:
        'Whether trying again helps. `as_is`: the same operation can succeed in a new transaction, though nobody did anything. `after_action`: it can succeed once what `action` says is done. `no`: it fails again; `action` says what to send instead.',
    }),
    action: z.string().meta({ description: 'What to do, in one or two sentences.' }),
  })
  .meta({ id: 'FailureReason', description: 'What a result code of the protocol means.' });

/** All of them are one page. */
export const failureReasonList = z.object({ data: z.array(failureReason), page }).meta({
  id: 'FailureReasonList',
  description: 'Codes of transactions, of operations of any kind, then kind by kind.',
});

export type FailureReason = z.infer<typeof failureReason>;
export type FailureReasonList = z.infer<typeof failureReasonList>;
