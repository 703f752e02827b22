import type { ContractDataEntryWire, LedgerKeyContractDataWire } from '@stellar/stellar-sdk/xdr';
import type { ContractBalance } from '../state/entries.ts';
import { addressWire, type Contract } from './contract.ts';
import { holderWire, int128Wire, mapWire, symbolWire } from './value-wire.ts';

const PERSISTENT = 1;

/** An asset's contract keeps what each contract has of the asset under the contract's address. */
export function balanceKeyWire(owner: Contract, token: Contract): LedgerKeyContractDataWire {
  return {
    contract: addressWire(token, 'call'),
    key: { type: 16, vec: [symbolWire('Balance'), holderWire(owner, 'call')] },
    durability: PERSISTENT,
  };
}

export function balanceWire({ owner, token, balance }: ContractBalance): ContractDataEntryWire {
  const terms = { authorized: { type: 0, b: true }, clawback: { type: 0, b: false } } as const;
  const val = mapWire({ amount: int128Wire(balance), ...terms });
  return { ...balanceKeyWire(owner, token), ext: { v: 0 }, val };
}

/** Where a contract's code and settings are. */
export function instanceKeyWire(contract: Contract): LedgerKeyContractDataWire {
  return { contract: addressWire(contract, 'call'), key: { type: 20 }, durability: PERSISTENT };
}
