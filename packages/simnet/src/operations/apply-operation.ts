import { applyAccountMerge } from './account-merge.ts';
import { applySetAuthorization } from './authorization.ts';
import { applyClaimClaimableBalance, applyCreateClaimableBalance } from './claimable-balance.ts';
import { applyClawback, applyClawbackClaimableBalance } from './clawback.ts';
import { applyCreateAccount } from './create-account.ts';
import { applyDeposit, applyWithdraw } from './liquidity-pool.ts';
import { applyInvokeHostFunction } from './invoke-host-function.ts';
import { applyManageOffer } from './manage-offer.ts';
import type { Operation, OperationBody } from './operation.ts';
import { befallen, succeeded, type OperationContext, type Outcome } from './outcome.ts';
import { applyPathPaymentStrictReceive } from './path-payment-strict-receive.ts';
import { applyPathPaymentStrictSend } from './path-payment-strict-send.ts';
import { applyPayment } from './payment.ts';
import { applyChangePoolTrust, applyChangeTrust } from './trust.ts';

/** Applies one operation. If it fails, the store is unchanged. */
export function applyOperation(context: OperationContext, { body, fate }: Operation): Outcome {
  if (fate !== undefined) return befallen(fate);
  const { store, source } = context;
  if (store.account(source.id) === undefined) return befallen({ code: 'opNO_ACCOUNT', blame: 'sender' });
  const mark = store.mark();
  const outcome = applyBody(context, body);
  if (outcome.blame !== null) store.rollback(mark);
  return outcome;
}

function applyBody(context: OperationContext, body: OperationBody): Outcome {
  switch (body.type) {
    case 'payment':
      return applyPayment(context, body);
    case 'path_payment_strict_send':
      return applyPathPaymentStrictSend(context, body);
    case 'path_payment_strict_receive':
      return applyPathPaymentStrictReceive(context, body);
    case 'create_account':
      return applyCreateAccount(context, body);
    case 'account_merge':
      return applyAccountMerge(context, body.destination.account);
    case 'manage_sell_offer':
    case 'manage_buy_offer':
      return applyManageOffer(context, body);
    case 'change_trust':
      return applyChangeTrust(context, body);
    case 'change_pool_trust':
      return applyChangePoolTrust(context, body);
    case 'set_authorization':
      return applySetAuthorization(context, body);
    case 'set_options':
      return applySetOptions(context, body.homeDomain);
    case 'create_claimable_balance':
      return applyCreateClaimableBalance(context, body);
    case 'claim_claimable_balance':
      return applyClaimClaimableBalance(context, body.balanceId);
    case 'clawback':
      return applyClawback(context, body);
    case 'clawback_claimable_balance':
      return applyClawbackClaimableBalance(context, body.balanceId);
    case 'liquidity_pool_deposit':
      return applyDeposit(context, body);
    case 'liquidity_pool_withdraw':
      return applyWithdraw(context, body);
    case 'invoke_host_function':
      return applyInvokeHostFunction(context, body);
  }
}

function applySetOptions({ store, source }: OperationContext, homeDomain: string): Outcome {
  const account = store.account(source.id);
  if (account !== undefined) store.put({ ...account, homeDomain });
  return succeeded('SET_OPTIONS_SUCCESS', { type: 5, setOptionsResult: { code: 0 } });
}
