import { XdrString, type OperationBodyWire, type OperationWire } from '@stellar/stellar-sdk/xdr';
import { callWire } from '../contracts/call-wire.ts';
import { fromHex } from '../digest.ts';
import { poolParameters } from '../exchange/constant-product.ts';
import type { CreditAsset } from '../state/asset.ts';
import { AUTHORIZATION_FLAGS, claimantWire } from '../state/entry-wire.ts';
import type { SigningContext } from '../transactions/signed-transaction.ts';
import { accountWire, partyWire } from '../wire.ts';
import type { Operation, OperationBody } from './operation.ts';

/** Pool deposits here accept any price. */
const LOWEST = { n: 1, d: 0x7fff_ffff };
const HIGHEST = { n: 0x7fff_ffff, d: 1 };

export function operationWire({ source, body }: Operation, context: SigningContext): OperationWire {
  return {
    sourceAccount: source === null ? null : partyWire(source),
    body: bodyWire(body, context),
  };
}

function bodyWire(body: OperationBody, { protocol, networkId }: SigningContext): OperationBodyWire {
  switch (body.type) {
    case 'payment': {
      const { asset, amount } = body;
      return { type: 1, paymentOp: { destination: partyWire(body.destination), asset: asset.wire, amount } };
    }
    case 'path_payment_strict_send': {
      const { sendAmount, destMin } = body;
      return { type: 13, pathPaymentStrictSendOp: { ...pathWire(body), sendAmount, destMin } };
    }
    case 'path_payment_strict_receive': {
      const { sendMax, destAmount } = body;
      return { type: 2, pathPaymentStrictReceiveOp: { ...pathWire(body), sendMax, destAmount } };
    }
    case 'create_account': {
      const { destination, startingBalance } = body;
      return { type: 0, createAccountOp: { destination: accountWire(destination), startingBalance } };
    }
    case 'account_merge':
      return { type: 8, destination: partyWire(body.destination) };
    case 'manage_sell_offer':
    case 'manage_buy_offer':
      return manageOfferWire(body);
    case 'change_trust':
      return { type: 6, changeTrustOp: { line: body.asset.wire, limit: body.limit } };
    case 'change_pool_trust': {
      const { assetA, assetB, limit } = body;
      const line = { type: 3, liquidityPool: poolParameters(assetA, assetB) } as const;
      return { type: 6, changeTrustOp: { line, limit } };
    }
    case 'set_authorization':
      return setAuthorizationWire(body, protocol);
    case 'set_options':
      return { type: 5, setOptionsOp: { ...UNSET_OPTIONS, homeDomain: new XdrString(body.homeDomain) } };
    case 'create_claimable_balance': {
      const { asset, amount, claimants } = body;
      return {
        type: 14,
        createClaimableBalanceOp: { asset: asset.wire, amount, claimants: claimants.map(claimantWire) },
      };
    }
    case 'claim_claimable_balance':
      return { type: 15, claimClaimableBalanceOp: { balanceId: { type: 0, v0: fromHex(body.balanceId) } } };
    case 'clawback': {
      const { asset, amount } = body;
      return { type: 19, clawbackOp: { asset: asset.wire, from: partyWire(body.from), amount } };
    }
    case 'clawback_claimable_balance':
      return {
        type: 20,
        clawbackClaimableBalanceOp: { balanceId: { type: 0, v0: fromHex(body.balanceId) } },
      };
    case 'liquidity_pool_deposit': {
      const { pool, maxAmountA, maxAmountB } = body;
      const bounds = { minPrice: LOWEST, maxPrice: HIGHEST };
      return {
        type: 22,
        liquidityPoolDepositOp: { liquidityPoolId: fromHex(pool), maxAmountA, maxAmountB, ...bounds },
      };
    }
    case 'liquidity_pool_withdraw': {
      const { pool, amount, minAmountA, minAmountB } = body;
      const least = { minAmountA, minAmountB };
      return { type: 23, liquidityPoolWithdrawOp: { liquidityPoolId: fromHex(pool), amount, ...least } };
    }
    case 'invoke_host_function':
      return {
        type: 24,
        invokeHostFunctionOp: { hostFunction: callWire(body.call, networkId), auth: [] },
      };
  }
}

const UNSET_OPTIONS = {
  inflationDest: null,
  clearFlags: null,
  setFlags: null,
  masterWeight: null,
  lowThreshold: null,
  medThreshold: null,
  highThreshold: null,
  signer: null,
};

function pathWire(body: Extract<OperationBody, { readonly sendAsset: unknown }>) {
  return {
    sendAsset: body.sendAsset.wire,
    destination: partyWire(body.destination),
    destAsset: body.destAsset.wire,
    path: body.path.map((asset) => asset.wire),
  };
}

function manageOfferWire(body: Extract<OperationBody, { readonly offerId: bigint }>): OperationBodyWire {
  const { amount, price, offerId } = body;
  const assets = { selling: body.selling.wire, buying: body.buying.wire };
  return body.type === 'manage_sell_offer'
    ? { type: 3, manageSellOfferOp: { ...assets, amount, price, offerId } }
    : { type: 12, manageBuyOfferOp: { ...assets, buyAmount: amount, price, offerId } };
}

function setAuthorizationWire(
  body: Extract<OperationBody, { type: 'set_authorization' }>,
  protocol: number,
): OperationBodyWire {
  const trustor = accountWire(body.trustor);
  const flag = AUTHORIZATION_FLAGS[body.authorization];
  if (protocol < 17) {
    return { type: 7, allowTrustOp: { trustor, asset: assetCodeWire(body.asset), authorize: flag } };
  }
  const flags = { setFlags: flag, clearFlags: 3 - flag };
  return { type: 21, setTrustLineFlagsOp: { trustor, asset: body.asset.wire, ...flags } };
}

function assetCodeWire({ wire }: CreditAsset) {
  return wire.type === 1
    ? ({ type: 1, assetCode4: wire.alphaNum4.assetCode } as const)
    : ({ type: 2, assetCode12: wire.alphaNum12.assetCode } as const);
}
