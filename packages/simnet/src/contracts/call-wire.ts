import {
  LedgerKey,
  XdrString,
  type HostFunctionWire,
  type LedgerFootprintWire,
  type LedgerKeyWire,
  type ScValWire,
} from '@stellar/stellar-sdk/xdr';
import { hex } from '../digest.ts';
import { isCredit } from '../state/asset.ts';
import { accountWire } from '../wire.ts';
import { balanceKeyWire, instanceKeyWire } from './balance-wire.ts';
import type { ContractCall, TokenCall } from './call.ts';
import { addressWire, isContract, isIssuer, tokenOf, type Holder } from './contract.ts';
import { holderWire, int128Wire } from './value-wire.ts';

export function callWire(call: ContractCall, networkId: Uint8Array): HostFunctionWire {
  const contract = call.function === 'settle' ? call.market : tokenOf(call.asset, networkId);
  const args = call.function === 'settle' ? [] : argumentsWire(call);
  const contractAddress = addressWire(contract, 'call');
  return { type: 0, invokeContract: { contractAddress, functionName: new XdrString(call.function), args } };
}

/** The entries that a call reads and changes. */
export function footprintWire(call: ContractCall, networkId: Uint8Array): LedgerFootprintWire {
  const moves = call.function === 'settle' ? call.moves : [call];
  const market = call.function === 'settle' ? [contractData(instanceKeyWire(call.market))] : [];
  const tokens = moves.map(({ asset }) => contractData(instanceKeyWire(tokenOf(asset, networkId))));
  const entries = moves.flatMap((move) =>
    [move.from, move.to].flatMap((holder) => (holder === null ? [] : holdingKey(holder, move, networkId))),
  );
  return { readOnly: unique([...market, ...tokens]), readWrite: unique(entries) };
}

function argumentsWire({ from, to, amount }: TokenCall): ScValWire[] {
  const parties = [from, to].flatMap((holder) => (holder === null ? [] : holderWire(holder, 'call')));
  return [...parties, int128Wire(amount)];
}

/** Where a holder has the asset. An issuer has none of its own: its account is all that is looked at. */
function holdingKey(holder: Holder, { asset }: TokenCall, networkId: Uint8Array): LedgerKeyWire {
  if (isContract(holder)) return contractData(balanceKeyWire(holder, tokenOf(asset, networkId)));
  const accountId = accountWire(holder.account);
  return isCredit(asset) && !isIssuer(holder, asset)
    ? { type: 1, trustLine: { accountId, asset: asset.wire } }
    : { type: 0, account: { accountId } };
}

function contractData(key: ReturnType<typeof balanceKeyWire>): LedgerKeyWire {
  return { type: 6, contractData: key };
}

function unique(keys: readonly LedgerKeyWire[]): LedgerKeyWire[] {
  return [...new Map(keys.map((key) => [hex(LedgerKey.schema.encode(key)), key])).values()];
}
