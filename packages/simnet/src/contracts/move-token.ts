import type { OperationContext } from '../operations/outcome.ts';
import { isCredit } from '../state/asset.ts';
import { credit, debit, receiveProblem, sendProblem } from '../state/holdings.ts';
import type { TokenCall } from './call.ts';
import { isContract, isIssuer, tokenOf, type Contract, type Holder } from './contract.ts';
import { sinceProtocol23, type Movement } from './movement.ts';

/** Does what a call of an asset's contract asks for. Null if the contract refuses it. */
export function moveToken(context: OperationContext, call: TokenCall): Movement | null {
  const { asset, from, to, amount, function: type } = call;
  const token = tokenOf(asset, context.networkId);
  if (amount < 0n || !isAllowed(context, call)) return null;
  if (from !== null && !take(context, { call, from, token })) return null;
  if (to !== null && !give(context, { call, to, token })) return null;
  const admin = type === 'mint' || type === 'clawback' ? asset.issuer : null;
  const movement = { type, token, asset, from, to, amount, admin };
  return context.protocol < 23 ? movement : sinceProtocol23(movement);
}

/** An account has to sign for what leaves it; a contract allows it by a rule of its own. Mint, burn and clawback are the issuer's. */
function isAllowed({ source, store }: OperationContext, call: TokenCall): boolean {
  const { asset, from, to } = call;
  const isSigned = from === null || isContract(from) || from.account.id === source.id;
  switch (call.function) {
    case 'transfer':
      return isSigned;
    case 'burn':
      return isSigned && isCredit(asset) && !isIssuer(from, asset);
    case 'mint':
      return asset.issuer?.id === source.id && !isIssuer(to, asset);
    case 'clawback': {
      if (from === null || isContract(from) || !isCredit(asset) || asset.issuer.id !== source.id)
        return false;
      return store.trustline(from.account.id, asset)?.clawbackEnabled === true;
    }
  }
}

interface Taking {
  readonly call: TokenCall;
  readonly from: Holder;
  readonly token: Contract;
}

function take({ store }: OperationContext, { call, from, token }: Taking): boolean {
  const { asset, amount } = call;
  if (isContract(from)) {
    const held = store.contractBalance(from, token);
    if (held === undefined || held.balance < amount) return false;
    store.put({ ...held, balance: held.balance - amount });
    return true;
  }
  if (call.function === 'clawback' && isCredit(asset)) {
    const line = store.trustline(from.account.id, asset);
    if (line === undefined || line.balance - line.liabilities.selling < amount) return false;
  } else if (sendProblem(store, from.account, asset, amount) !== null) return false;
  debit(store, from.account, asset, amount);
  return true;
}

interface Giving {
  readonly call: TokenCall;
  readonly to: Holder;
  readonly token: Contract;
}

function give({ store }: OperationContext, { call, to, token }: Giving): boolean {
  const { asset, amount } = call;
  if (isContract(to)) {
    const { balance = 0n } = store.contractBalance(to, token) ?? {};
    store.put({ kind: 'contract_balance', owner: to, token, asset, balance: balance + amount });
    return true;
  }
  if (receiveProblem(store, to.account, asset, amount) !== null) return false;
  credit(store, to.account, asset, amount);
  return true;
}
