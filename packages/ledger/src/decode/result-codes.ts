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
  type OperationResultWire,
} from '@stellar/stellar-sdk/xdr';
import type { ResultCode } from '../brands.ts';

/** Result enums by operation type, 0 to 26. */
const OPERATION_RESULT_CODES = [
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
].map((enumeration) => spelled(enumeration.schema.nameByValue, upperSnake));

const TRANSACTION_CODES = spelled(TransactionResultCode.schema.nameByValue, prefixed('tx'));
const OPERATION_CODES = spelled(OperationResultCode.schema.nameByValue, prefixed('op'));

export const TX_FAILED = 'txFAILED' as ResultCode;

export function transactionResultCode(code: number): ResultCode {
  return TRANSACTION_CODES.get(code) ?? raw('tx', code);
}

/** The code of the operation's type, or the general code (`opNO_ACCOUNT`) if the operation was not applied. */
export function operationResultCode(result: OperationResultWire): ResultCode {
  if (result.code !== 0) return OPERATION_CODES.get(result.code) ?? raw('op', result.code);
  const code = innerCode(result.tr);
  return OPERATION_RESULT_CODES[result.tr.type]?.get(code) ?? raw(`op_${result.tr.type}_`, code);
}

export function operationSucceeded(result: OperationResultWire): boolean {
  return result.code === 0 && innerCode(result.tr) === 0;
}

/** Each arm of the result union has its type and one result with a `code`. */
function innerCode(tr: Extract<OperationResultWire, { code: 0 }>['tr']): number {
  for (const value of Object.values(tr)) {
    if (typeof value === 'object' && value !== null && 'code' in value) return value.code;
  }
  throw new TypeError(`an operation result of type ${tr.type} has no code`);
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
