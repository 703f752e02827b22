import type { ContractEventWire, ScValWire } from '@stellar/stellar-sdk/xdr';
import { contractOfKey } from '../account-key.ts';
import type { AssetId } from '../brands.ts';
import type { ContractNames } from './contract-names.ts';
import { addressOf, int128Of, symbolOf, textOf, uint64Of, type AssetMovement } from './contract-values.ts';

const CONTRACT_EVENT = 1;

type Role = 'from' | 'to' | 'admin';

/** The topics between the first, which is the type, and the last, which is the asset. Until protocol 22 they name the admin. */
const FORMS: readonly { readonly type: AssetMovement['type']; readonly parties: readonly Role[] }[] = [
  { type: 'transfer', parties: ['from', 'to'] },
  { type: 'mint', parties: ['to'] },
  { type: 'mint', parties: ['admin', 'to'] },
  { type: 'burn', parties: ['from'] },
  { type: 'clawback', parties: ['from'] },
  { type: 'clawback', parties: ['admin', 'from'] },
];
const TYPES: ReadonlySet<string | null> = new Set(FORMS.map(({ type }) => type));

/**
 * What an event of an asset's own contract says that it moved; null for any other event. Anybody can publish an event that
 * looks like one: it is believed if its contract is that of the asset that it names.
 *
 * @throws TypeError if the event of an asset's contract has a form that this build does not know
 */
export function reportedMovement(
  { type, contractId, body }: ContractEventWire,
  names: ContractNames,
): AssetMovement | null {
  const { topics, data } = body.v0;
  const symbol = symbolOf(topics[0]);
  const asset = textOf(topics.at(-1)) as AssetId | null;
  if (type !== CONTRACT_EVENT || contractId === null || !TYPES.has(symbol) || asset === null) return null;
  const contract = contractOfKey(contractId);
  if (!names.isContractOf(contract, asset)) return null;

  const addresses = topics.slice(1, -1).map(addressOf);
  const form = FORMS.find((one) => one.type === symbol && one.parties.length === addresses.length);
  const moved = amountOf(data);
  if (form === undefined || moved === null || addresses.includes(null)) {
    throw new TypeError(`found a ${symbol} of ${asset} by its own contract in an unknown form`);
  }
  const party = (role: Role) => {
    const address = addresses[form.parties.indexOf(role)] ?? null;
    return address === null ? null : names.address(address);
  };
  return { type: form.type, contract, asset, from: party('from'), to: party('to'), ...moved };
}

/** An amount alone, or from protocol 23 on a map of the amount and the id of a muxed account that gets it. */
function amountOf(data: ScValWire): Pick<AssetMovement, 'amount' | 'toMuxedId'> | null {
  if (data.type !== 17) {
    const amount = int128Of(data);
    return amount === null ? null : { amount, toMuxedId: null };
  }
  const entries = new Map((data.map ?? []).map(({ key, val }) => [symbolOf(key), val]));
  const amount = int128Of(entries.get('amount'));
  const toMuxedId = uint64Of(entries.get('to_muxed_id'));
  return amount === null || toMuxedId === null || entries.size !== 2 ? null : { amount, toMuxedId };
}
