import type { TrustlineOperationFact } from '@stellar-insights/ledger';
import { poolIdOf } from '../exchange/constant-product.ts';
import type { Authorization } from '../state/entries.ts';
import { sharedTruth, stroops, type WitnessedOperation } from './witness.ts';

const NO_POOL = { pool: null, poolAssets: null } as const;
const NO_FLAGS = { setFlags: null, clearFlags: null } as const;
const FLAGS: Readonly<Record<Authorization, { readonly setFlags: number; readonly clearFlags: number }>> = {
  authorized: { setFlags: 1, clearFlags: 2 },
  maintain_liabilities: { setFlags: 2, clearFlags: 1 },
  unauthorized: { setFlags: 0, clearFlags: 3 },
};

/** The fact of an operation on a trustline. Until protocol 16 an issuer allows by AllowTrust, since then by SetTrustLineFlags. */
export function trustlineTruth(
  operation: WitnessedOperation,
  protocol: number,
): TrustlineOperationFact | null {
  const { body, party } = operation;
  switch (body.type) {
    case 'change_trust': {
      const line = { trustor: party.account.id, asset: body.asset.id, ...NO_POOL };
      return { ...sharedTruth(operation), type: body.type, ...line, limit: stroops(body.limit), ...NO_FLAGS };
    }
    case 'change_pool_trust': {
      const { assetA, assetB, limit } = body;
      const poolAssets = [assetA.id, assetB.id] as const;
      const line = { trustor: party.account.id, asset: null, pool: poolIdOf(assetA, assetB), poolAssets };
      return { ...sharedTruth(operation), type: 'change_trust', ...line, limit: stroops(limit), ...NO_FLAGS };
    }
    case 'set_authorization': {
      const type = protocol < 17 ? 'allow_trust' : 'set_trust_line_flags';
      const line = { trustor: body.trustor.id, asset: body.asset.id, ...NO_POOL };
      return { ...sharedTruth(operation), type, ...line, limit: null, ...FLAGS[body.authorization] };
    }
    default:
      return null;
  }
}
