import type { HostFunctionWire, LedgerKeyWire } from '@stellar/stellar-sdk/xdr';
import { contractOfKey } from '../account-key.ts';
import type { AssetId } from '../brands.ts';
import type { ContractNames } from './contract-names.ts';
import { addressOf, int128Of, type AssetMovement } from './contract-values.ts';

type Role = 'spender' | 'from' | 'to';

/** The functions of an asset's contract that move it. The amount is the last argument. */
const FUNCTIONS: ReadonlyMap<
  string,
  { readonly type: AssetMovement['type']; readonly parties: readonly Role[] }
> = new Map([
  ['transfer', { type: 'transfer', parties: ['from', 'to'] }],
  ['transfer_from', { type: 'transfer', parties: ['spender', 'from', 'to'] }],
  ['mint', { type: 'mint', parties: ['to'] }],
  ['burn', { type: 'burn', parties: ['from'] }],
  ['burn_from', { type: 'burn', parties: ['spender', 'from'] }],
  ['clawback', { type: 'clawback', parties: ['from'] }],
]);

/**
 * What a call of an asset's contract was to move, by its arguments; null if it calls anything else. The transaction has to
 * prove the asset, of which the contract's id is a hash: it is native, or one of the trustlines that it declares to use.
 */
export function intendedMovement(
  call: HostFunctionWire,
  footprint: readonly LedgerKeyWire[],
  names: ContractNames,
): AssetMovement | null {
  if (call.type !== 0 || call.invokeContract.contractAddress.type !== 1) return null;
  const { contractAddress, functionName, args } = call.invokeContract;
  const called = FUNCTIONS.get(functionName.toString());
  const parties = args.slice(0, -1).map(addressOf);
  const amount = int128Of(args.at(-1));
  const fits = called?.parties.length === parties.length && !parties.includes(null);
  if (called === undefined || !fits || amount === null) return null;

  const contract = contractOfKey(contractAddress.contractId);
  const asset = assetsNamed(footprint, names).find((candidate) => names.isContractOf(contract, candidate));
  if (asset === undefined) return null;
  const from = parties[called.parties.indexOf('from')] ?? null;
  const to = parties[called.parties.indexOf('to')] ?? null;
  return {
    type: called.type,
    contract,
    asset,
    from: from === null ? null : names.address(from),
    ...(to === null ? NOBODY : names.recipient(to)),
    amount,
  };
}

const NOBODY = { to: null, toMuxedId: null };

function assetsNamed(footprint: readonly LedgerKeyWire[], names: ContractNames): AssetId[] {
  const trusted = footprint.flatMap((key) =>
    key.type === 1 ? (names.trustlineAsset(key.trustLine.asset) ?? []) : [],
  );
  return ['native' as AssetId, ...trusted];
}
