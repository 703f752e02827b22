import type { Blame } from '@stellar-insights/ledger';
import { BASE_RESERVE, debit, sendProblem } from '../state/holdings.ts';
import { NATIVE } from '../state/asset.ts';
import { newAccount } from '../state/entries.ts';
import { failed, succeeded, type OperationContext, type Outcome } from './outcome.ts';
import type { CreateAccount } from './operation.ts';

const CODES = {
  CREATE_ACCOUNT_MALFORMED: -1,
  CREATE_ACCOUNT_UNDERFUNDED: -2,
  CREATE_ACCOUNT_LOW_RESERVE: -3,
  CREATE_ACCOUNT_ALREADY_EXIST: -4,
} as const;

export function applyCreateAccount(context: OperationContext, body: CreateAccount): Outcome {
  const { store, source, sequence, closeTime } = context;
  const { destination, startingBalance } = body;
  if (startingBalance <= 0n) return fail('CREATE_ACCOUNT_MALFORMED', 'sender');
  if (store.account(destination.id) !== undefined) return fail('CREATE_ACCOUNT_ALREADY_EXIST', 'sender');
  if (startingBalance < 2n * BASE_RESERVE) return fail('CREATE_ACCOUNT_LOW_RESERVE', 'sender');
  if (sendProblem(store, source, NATIVE, startingBalance) !== null) {
    return fail('CREATE_ACCOUNT_UNDERFUNDED', 'sender');
  }
  debit(store, source, NATIVE, startingBalance);
  // Sequence numbers start at the ledger's, so that an account that was merged never uses its numbers again.
  const start = { sequence: BigInt(sequence) << 32n, sequenceLedger: sequence, sequenceTime: closeTime };
  store.put({ ...newAccount(destination, startingBalance), ...start });
  const moved = { sent: startingBalance, delivered: startingBalance };
  return succeeded('CREATE_ACCOUNT_SUCCESS', { type: 0, createAccountResult: { code: 0 } }, moved);
}

function fail(code: keyof typeof CODES, blame: Blame): Outcome {
  return failed(code, blame, { type: 0, createAccountResult: { code: CODES[code] } });
}
