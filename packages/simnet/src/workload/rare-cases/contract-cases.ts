import type { TokenCall } from '../../contracts/call.ts';
import type { KeyPair } from '../../key-pair.ts';
import type { CallFailure } from '../../operations/invoke-host-function.ts';
import { NATIVE, type Asset } from '../../state/asset.ts';
import { spendable } from '../../state/holdings.ts';
import { invocation, payee, plain, transfer } from '../contracts.ts';
import { draft, type Scenario } from '../draft.ts';
import { UNIT } from '../genesis.ts';
import type { World } from '../world.ts';
import type { RareCase } from './rare-case.ts';

/** Calls of the contracts of assets that fail, and the clawback of such a contract. */
export const CONTRACT_CASES: readonly RareCase[] = [
  ...(['MALFORMED', 'RESOURCE_LIMIT_EXCEEDED', 'ENTRY_ARCHIVED', 'INSUFFICIENT_REFUNDABLE_FEE'] as const).map(
    (failure) => rareCase(`INVOKE_HOST_FUNCTION_${failure}`, befalling(failure)),
  ),
  rareCase(
    'a transfer of more than one has',
    calling((world, wallet) => {
      const amount = spendable(world.store, wallet, world.cast.dollar) + UNIT;
      return transfer(world.cast.dollar, plain(wallet), world.random.pick(world.cast.contracts), amount);
    }),
  ),
  rareCase(
    'a transfer to somebody without a trustline',
    calling((world, wallet) =>
      transfer(world.cast.dollar, plain(wallet), payee(world, world.random.pick(world.cast.strangers)), 1n),
    ),
  ),
  rareCase(
    'a transfer of less than nothing',
    calling((world, wallet) =>
      transfer(NATIVE, plain(wallet), payee(world, world.random.pick(world.cast.wallets)), -1n),
    ),
  ),
  rareCase(
    'a transfer to oneself',
    calling((world, wallet) =>
      transfer(NATIVE, plain(wallet), payee(world, wallet), world.affordable(wallet, NATIVE)),
    ),
  ),
  rareCase(
    'a transfer between contracts that have nothing',
    calling(({ cast }) => {
      const [from, to] = cast.contracts;
      if (from === undefined || to === undefined)
        throw new RangeError('found fewer than two contracts in the cast');
      return transfer(cast.illiquid, from, to, UNIT);
    }),
  ),
  rareCase(
    'a mint by somebody else than the issuer',
    calling(({ cast: { dollar } }, wallet) => ({
      function: 'mint',
      asset: dollar,
      from: null,
      to: plain(wallet),
      amount: UNIT,
    })),
  ),
  rareCase(
    'a burn of native',
    calling((_, wallet) => ({
      function: 'burn',
      asset: NATIVE,
      from: plain(wallet),
      to: null,
      amount: UNIT,
    })),
  ),
  rareCase(
    'a clawback',
    clawingBack(({ cast }) => cast.restricted),
  ),
  rareCase(
    'a clawback without the right to it',
    clawingBack(({ cast }) => cast.dollar),
  ),
];

function rareCase(name: string, scenario: Scenario): RareCase {
  return { name, from: 20, scenario };
}

/** By a wallet. */
function calling(call: (world: World, caller: KeyPair) => TokenCall): Scenario {
  return (world) => {
    const caller = world.idle(world.cast.wallets);
    return caller === null ? [] : draft(world, caller, invocation(call(world, caller)));
  };
}

function befalling(failure: CallFailure): Scenario {
  return (world) => {
    const caller = world.idle(world.cast.wallets);
    const receiver = world.holder(NATIVE, caller);
    if (caller === null || receiver === null) return [];
    const call = transfer(NATIVE, plain(caller), payee(world, receiver), UNIT);
    return draft(world, caller, { ...invocation(call), failure });
  };
}

function clawingBack(which: (world: World) => Asset): Scenario {
  return (world) => {
    const asset = which(world);
    const issuer = asset.issuer === null ? null : world.idle([asset.issuer]);
    const holder = world.holder(asset);
    if (issuer === null || holder === null) return [];
    const call: TokenCall = { function: 'clawback', asset, from: plain(holder), to: null, amount: 1_234n };
    return draft(world, issuer, invocation(call));
  };
}
