import { describe, expect, it } from 'vitest';
import { blameOf } from '../../src/decode/blame.ts';
import { appliedVerdict, transactionResultCode, unappliedVerdict } from '../../src/decode/result-codes.ts';
import { quotedEnum } from './quoted-enums.ts';

const OPERATIONS = [
  ['CreateAccount', 0],
  ['Payment', 1],
  ['PathPaymentStrictReceive', 2],
  ['ManageSellOffer', 3],
  ['SetOptions', 5],
  ['ChangeTrust', 6],
  ['AllowTrust', 7],
  ['AccountMerge', 8],
  ['Inflation', 9],
  ['ManageData', 10],
  ['BumpSequence', 11],
  ['ManageBuyOffer', 12],
  ['PathPaymentStrictSend', 13],
  ['CreateClaimableBalance', 14],
  ['ClaimClaimableBalance', 15],
  ['BeginSponsoringFutureReserves', 16],
  ['EndSponsoringFutureReserves', 17],
  ['RevokeSponsorship', 18],
  ['Clawback', 19],
  ['ClawbackClaimableBalance', 20],
  ['SetTrustLineFlags', 21],
  ['LiquidityPoolDeposit', 22],
  ['LiquidityPoolWithdraw', 23],
  ['InvokeHostFunction', 24],
  ['ExtendFootprintTTL', 25],
  ['RestoreFootprint', 26],
] as const;

describe('result codes', () => {
  it.each(OPERATIONS)('of %s are spelled as in the .x files', (name, type) => {
    const spellings = quotedEnum(`${name}ResultCode`);
    expect(spellings.length).toBeGreaterThan(1);
    expect(spellings.map(([, code]) => [appliedVerdict(type, code).code, code])).toEqual(spellings);
  });

  it('of transactions are spelled as in the .x files', () => {
    const spellings = quotedEnum('TransactionResultCode');
    expect(spellings.length).toBeGreaterThan(18);
    expect(spellings.map(([, code]) => [transactionResultCode(code), code])).toEqual(spellings);
  });

  it('of operations that were not applied are spelled as in the .x files', () => {
    const spellings = quotedEnum('OperationResultCode').filter(([name]) => name !== 'opINNER');
    expect(spellings.length).toBeGreaterThan(5);
    expect(spellings.map(([, code]) => [unappliedVerdict(code).code, code])).toEqual(spellings);
  });

  it('that no list has keep their number', () => {
    expect(transactionResultCode(-99)).toBe('tx(-99)');
  });
});

describe('blame', () => {
  it.each([
    ['PAYMENT_UNDERFUNDED', 'sender'],
    ['PAYMENT_SRC_NO_TRUST', 'sender'],
    ['PATH_PAYMENT_STRICT_SEND_OFFER_CROSS_SELF', 'sender'],
    ['MANAGE_SELL_OFFER_SELL_NO_TRUST', 'sender'],
    ['MANAGE_BUY_OFFER_LINE_FULL', 'sender'],
    ['LIQUIDITY_POOL_DEPOSIT_LINE_FULL', 'sender'],
    ['CLAWBACK_NO_TRUST', 'sender'],
    ['CLAWBACK_CLAIMABLE_BALANCE_NOT_ISSUER', 'sender'],
    ['opBAD_AUTH', 'sender'],
    ['txBAD_SEQ', 'sender'],
    ['txINSUFFICIENT_BALANCE', 'sender'],
    ['PAYMENT_NO_DESTINATION', 'receiver'],
    ['PAYMENT_NO_TRUST', 'receiver'],
    ['PATH_PAYMENT_STRICT_RECEIVE_LINE_FULL', 'receiver'],
    ['PAYMENT_NOT_AUTHORIZED', 'issuer'],
    ['PAYMENT_SRC_NOT_AUTHORIZED', 'issuer'],
    ['PATH_PAYMENT_STRICT_SEND_NO_ISSUER', 'issuer'],
    ['PATH_PAYMENT_STRICT_SEND_TOO_FEW_OFFERS', 'market'],
    ['PATH_PAYMENT_STRICT_RECEIVE_OVER_SENDMAX', 'market'],
    ['PATH_PAYMENT_STRICT_SEND_UNDER_DESTMIN', 'market'],
    ['txTOO_LATE', 'network'],
    ['txFROZEN_KEY_ACCESSED', 'network'],
    ['INVOKE_HOST_FUNCTION_RESOURCE_LIMIT_EXCEEDED', 'network'],
    ['SET_OPTIONS_BAD_SIGNER', 'sender'],
    ['opNOT_SUPPORTED', 'network'],
    ['LIQUIDITY_POOL_DEPOSIT_BAD_PRICE', 'market'],
    ['INVOKE_HOST_FUNCTION_TRAPPED', 'unknown'],
    ['PAYMENT_(-99)', 'unknown'],
  ])('of %s is the %s', (code, blame) => {
    expect(blameOf(code as never)).toBe(blame);
  });
});
