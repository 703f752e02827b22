import type { TrustlineOperationFact } from '@stellar-insights/ledger';
import { sharedTruth, stroops, type WitnessedOperation } from './witness.ts';

/** The fact of an operation on a trustline. Until protocol 16 an issuer allows by AllowTrust, since then by SetTrustLineFlags. */
export function trustlineTruth(
  operation: WitnessedOperation,
  protocol: number,
): TrustlineOperationFact | null {
  const { body, party } = operation;
  const noPool = { pool: null, poolAssets: null };
  switch (body.type) {
    case 'change_trust':
      return {
        ...sharedTruth(operation),
        type: body.type,
        trustor: party.account.id,
        asset: body.asset.id,
        ...noPool,
        limit: stroops(body.limit),
        setFlags: null,
        clearFlags: null,
      };
    case 'set_authorization':
      return {
        ...sharedTruth(operation),
        type: protocol < 17 ? 'allow_trust' : 'set_trust_line_flags',
        trustor: body.trustor.id,
        asset: body.asset.id,
        ...noPool,
        limit: null,
        setFlags: body.authorize ? 1 : 0,
        clearFlags: protocol < 17 ? (body.authorize ? 2 : 3) : body.authorize ? 0 : 1,
      };
    default:
      return null;
  }
}
