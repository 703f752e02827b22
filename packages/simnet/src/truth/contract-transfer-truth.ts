import type { Address, ContractTransferFact } from '@stellar-insights/ledger';
import { isContract, isIssuer, nameOf, tokenOf, type Holder } from '../contracts/contract.ts';
import { sinceProtocol23, type CallReport, type Movement } from '../contracts/movement.ts';
import { isCredit } from '../state/asset.ts';
import { sharedTruth, type WitnessedOperation } from './witness.ts';

interface Circumstances {
  readonly networkId: Uint8Array;
  /** The events of assets are in the form of a later protocol. */
  readonly isReplayed: boolean;
}

/** The facts of an operation that called a contract: what contracts of assets moved, or what one should have moved. */
export function contractTransferTruth(
  operation: WitnessedOperation,
  { networkId, isReplayed }: Circumstances,
): ContractTransferFact[] {
  const { body, outcome, succeeded } = operation;
  if (body.type !== 'invoke_host_function') return [];
  const { account: _, accountMuxedId: __, ...shared } = sharedTruth(operation);
  if (!succeeded) {
    const { call } = body;
    if (call.function === 'settle') return [];
    const { function: type, asset, from, to, amount } = call;
    // The footprint says nothing of an issued asset of which nobody has a trustline.
    const holds = (holder: Holder | null) =>
      holder !== null && !isContract(holder) && !isIssuer(holder, asset);
    if (isCredit(asset) && !holds(from) && !holds(to)) return [];
    const token = tokenOf(asset, networkId);
    return [{ ...shared, order: 0, ...moved({ type, token, asset, from, to, amount }), isHashed: true }];
  }
  const movements = (outcome?.moved.reports ?? []).filter(isMovement);
  const written = isReplayed ? movements.map(sinceProtocol23) : movements;
  // The hash is of what was published at the time.
  const isHashed = written.every(
    ({ type, admin }, index) => type === movements[index]?.type && admin === movements[index].admin,
  );
  return written.map((movement, order) => ({ ...shared, order, ...moved(movement), isHashed }));
}

function isMovement(report: CallReport): report is Movement {
  return 'token' in report;
}

function moved({ type, token, asset, from, to, amount }: Omit<Movement, 'admin'>) {
  return {
    type,
    contract: token.contractId,
    asset: asset.id,
    from: from === null ? null : (nameOf(from) as Address),
    to: to === null ? null : (nameOf(to) as Address),
    toMuxedId: to === null || isContract(to) ? null : to.muxedId,
    amount,
  };
}
