import { LiquidityPoolParameters, type LiquidityPoolParametersWire } from '@stellar/stellar-sdk/xdr';
import type { PoolId, Stroops } from '../brands.ts';
import type { TrustlineOperationFact } from '../facts.ts';
import { hex, sha256 } from './hash.ts';
import { sharedFields, type Operation } from './operation.ts';
import { issuedAsset, type PartyNames } from './parties.ts';

/** The two flags of which an `allow_trust` clears those that it does not set. */
const AUTHORIZATION_FLAGS = 3;

const NO_POOL = { pool: null, poolAssets: null } as const;
const NO_FLAGS = { setFlags: null, clearFlags: null } as const;

/** Null if the operation does not concern a trustline. */
export function trustlineOperationFact(operation: Operation): TrustlineOperationFact | null {
  const { body, source, names } = operation;
  switch (body.type) {
    case 6: {
      const { line, limit } = body.changeTrustOp;
      return {
        ...sharedFields(operation),
        type: 'change_trust',
        trustor: source.account,
        ...(line.type === 3
          ? { asset: null, ...poolOf(line.liquidityPool, names) }
          : { asset: names.asset(line), ...NO_POOL }),
        limit: limit as Stroops,
        ...NO_FLAGS,
      };
    }
    case 7: {
      const { trustor, asset, authorize } = body.allowTrustOp;
      const code = asset.type === 1 ? asset.assetCode4 : asset.assetCode12;
      return {
        ...sharedFields(operation),
        type: 'allow_trust',
        trustor: names.account(trustor),
        asset: issuedAsset(code, source.account),
        ...NO_POOL,
        limit: null,
        setFlags: authorize,
        clearFlags: AUTHORIZATION_FLAGS & ~authorize,
      };
    }
    case 21: {
      const { trustor, asset, setFlags, clearFlags } = body.setTrustLineFlagsOp;
      return {
        ...sharedFields(operation),
        type: 'set_trust_line_flags',
        trustor: names.account(trustor),
        asset: names.asset(asset),
        ...NO_POOL,
        limit: null,
        setFlags,
        clearFlags,
      };
    }
    default:
      return null;
  }
}

/** A pool's id is the hash of its parameters. */
function poolOf(parameters: LiquidityPoolParametersWire, names: PartyNames) {
  const { assetA, assetB } = parameters.constantProduct;
  return {
    pool: hex(sha256(LiquidityPoolParameters.schema.encode(parameters))) as string as PoolId,
    poolAssets: [names.asset(assetA), names.asset(assetB)],
  } as const;
}
