import { poolOrder } from '../../exchange/constant-product.ts';
import type { KeyPair } from '../../key-pair.ts';
import type { Operation, OperationBody } from '../../operations/operation.ts';
import { NATIVE, type Asset } from '../../state/asset.ts';
import type { Authorization } from '../../state/entries.ts';
import { MAX_AMOUNT } from '../../state/holdings.ts';
import { draft, operation, type Scenario } from '../draft.ts';
import type { World } from '../world.ts';
import type { RareCase } from './rare-case.ts';

/** Trustlines that cannot be opened, changed, ended or allowed. */
export const TRUST_FAILURES: readonly RareCase[] = [
  {
    name: 'CHANGE_TRUST_NO_ISSUER',
    scenario: by(
      ({ cast }) => cast.wallets,
      ({ cast }) => [trust(cast.orphaned)],
    ),
  },
  {
    name: 'CHANGE_TRUST_INVALID_LIMIT',
    scenario: by(
      ({ cast }) => cast.makers,
      ({ cast }) => [trust(cast.dollar, 1n)],
    ),
  },
  {
    name: 'CHANGE_TRUST_SELF_NOT_ALLOWED',
    scenario: by(
      ({ cast }) => [cast.dollar.issuer],
      ({ cast }) => [trust(cast.dollar)],
    ),
  },
  { name: 'CHANGE_TRUST_LOW_RESERVE', scenario: trustOfPauper },
  {
    name: 'CHANGE_TRUST_TRUST_LINE_MISSING',
    from: 18,
    scenario: by(
      ({ cast }) => cast.strangers,
      ({ cast }) => [trustPool(NATIVE, cast.dollar)],
    ),
  },
  {
    name: 'CHANGE_TRUST_CANNOT_DELETE',
    from: 18,
    scenario: by(
      ({ cast }) => cast.strangers,
      ({ cast }) => [trust(cast.dollar), trustPool(NATIVE, cast.dollar), trust(cast.dollar, 0n)],
    ),
  },
  {
    name: 'CHANGE_TRUST_NOT_AUTH_MAINTAIN_LIABILITIES',
    from: 18,
    scenario: by(
      ({ cast }) => cast.barred,
      ({ cast }) => [trustPool(NATIVE, cast.restricted)],
    ),
  },
  {
    name: 'NO_TRUST_LINE to allow',
    scenario: by(
      ({ cast }) => [cast.restricted.issuer],
      ({ cast, random }) => [allow(cast.restricted, random.pick(cast.strangers), 'authorized')],
    ),
  },
  {
    name: 'CANT_REVOKE',
    scenario: by(
      ({ cast }) => [cast.dollar.issuer],
      ({ cast, random }) => [allow(cast.dollar, random.pick(cast.brimming), 'unauthorized')],
    ),
  },
];

function by(
  people: (world: World) => readonly KeyPair[],
  bodies: (world: World) => readonly OperationBody[],
): Scenario {
  return (world) => {
    const source = world.idle(people(world));
    return source === null ? [] : draft(world, source, bodies(world).map(operationOf));
  };
}

/** A pauper could not pay the fee itself. */
function trustOfPauper(world: World) {
  const payer = world.idle(world.cast.wallets);
  if (payer === null) return [];
  const source = world.party(world.random.pick(world.cast.paupers));
  return draft(world, payer, [operation(trust(world.cast.dollar), { source })]);
}

function operationOf(body: OperationBody): Operation {
  return operation(body);
}

function trust(asset: World['cast']['dollar'], limit = MAX_AMOUNT): OperationBody {
  return { type: 'change_trust', asset, limit };
}

function trustPool(one: Asset, other: Asset): OperationBody {
  const [assetA, assetB] = poolOrder(one, other);
  return { type: 'change_pool_trust', assetA, assetB, limit: MAX_AMOUNT };
}

function allow(
  asset: World['cast']['dollar'],
  trustor: KeyPair,
  authorization: Authorization,
): OperationBody {
  return { type: 'set_authorization', trustor, asset, authorization };
}
