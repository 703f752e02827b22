import {
  AccountMergeResultCode,
  AllowTrustResultCode,
  BeginSponsoringFutureReservesResultCode,
  BumpSequenceResultCode,
  ChangeTrustResultCode,
  ClaimClaimableBalanceResultCode,
  ClawbackClaimableBalanceResultCode,
  ClawbackResultCode,
  CreateAccountResultCode,
  CreateClaimableBalanceResultCode,
  EndSponsoringFutureReservesResultCode,
  ExtendFootprintTtlResultCode,
  InflationResultCode,
  InvokeHostFunctionResultCode,
  LiquidityPoolDepositResultCode,
  LiquidityPoolWithdrawResultCode,
  ManageBuyOfferResultCode,
  ManageDataResultCode,
  ManageSellOfferResultCode,
  OperationResultCode,
  PathPaymentStrictReceiveResultCode,
  PathPaymentStrictSendResultCode,
  PaymentResultCode,
  RestoreFootprintResultCode,
  RevokeSponsorshipResultCode,
  SetOptionsResultCode,
  SetTrustLineFlagsResultCode,
  TransactionResultCode,
} from '@stellar/stellar-sdk/xdr';
import type { ResultCode } from '../brands.ts';
import type { Blame } from '../facts.ts';
import { blameOf } from './blame.ts';

/** What became of one operation, by its own result. */
export interface OperationVerdict {
  readonly code: ResultCode;
  readonly succeeded: boolean;
  /** Of `code`. */
  readonly blame: Blame;
}

/** By operation type, 0 to 26, and code. */
const VERDICTS = [
  CreateAccountResultCode,
  PaymentResultCode,
  PathPaymentStrictReceiveResultCode,
  ManageSellOfferResultCode,
  ManageSellOfferResultCode,
  SetOptionsResultCode,
  ChangeTrustResultCode,
  AllowTrustResultCode,
  AccountMergeResultCode,
  InflationResultCode,
  ManageDataResultCode,
  BumpSequenceResultCode,
  ManageBuyOfferResultCode,
  PathPaymentStrictSendResultCode,
  CreateClaimableBalanceResultCode,
  ClaimClaimableBalanceResultCode,
  BeginSponsoringFutureReservesResultCode,
  EndSponsoringFutureReservesResultCode,
  RevokeSponsorshipResultCode,
  ClawbackResultCode,
  ClawbackClaimableBalanceResultCode,
  SetTrustLineFlagsResultCode,
  LiquidityPoolDepositResultCode,
  LiquidityPoolWithdrawResultCode,
  InvokeHostFunctionResultCode,
  ExtendFootprintTtlResultCode,
  RestoreFootprintResultCode,
].map((enumeration) => {
  const codes = spelled(enumeration.schema.nameByValue, upperSnake);
  return new Map([...codes].map(([value, code]) => [value, verdict(code, value === 0)]));
});

const TRANSACTION_CODES = spelled(TransactionResultCode.schema.nameByValue, prefixed('tx'));
const OPERATION_CODES = spelled(OperationResultCode.schema.nameByValue, prefixed('op'));

export const TX_FAILED = 'txFAILED' as ResultCode;

export function transactionResultCode(code: number): ResultCode {
  return TRANSACTION_CODES.get(code) ?? raw('tx', code);
}

/** The verdict on an operation of this type that was applied, by the code of its own result. */
export function appliedVerdict(type: number, code: number): OperationVerdict {
  return VERDICTS[type]?.get(code) ?? verdict(raw(`op_${type}_`, code), code === 0);
}

/** The verdict on an operation that was not applied, by the general code (`opNO_ACCOUNT`). */
export function unappliedVerdict(code: number): OperationVerdict {
  return verdict(OPERATION_CODES.get(code) ?? raw('op', code), false);
}

function verdict(code: ResultCode, succeeded: boolean): OperationVerdict {
  return { code, succeeded, blame: blameOf(code) };
}

function spelled(
  names: ReadonlyMap<number, string>,
  spell: (name: string) => string,
): ReadonlyMap<number, ResultCode> {
  return new Map([...names].map(([value, name]) => [value, spell(name) as ResultCode]));
}

function upperSnake(camelCase: string): string {
  return camelCase.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase();
}

function prefixed(prefix: string): (name: string) => string {
  return (name) => prefix + upperSnake(name.slice(prefix.length));
}

function raw(prefix: string, code: number): ResultCode {
  return `${prefix}(${code})` as ResultCode;
}
