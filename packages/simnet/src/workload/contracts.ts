import type { ContractCall, TokenCall } from '../contracts/call.ts';
import type { Contract, Holder } from '../contracts/contract.ts';
import type { KeyPair, Party } from '../key-pair.ts';
import type { InvokeHostFunction } from '../operations/operation.ts';
import { NATIVE, type Asset } from '../state/asset.ts';
import type { ContractBalance } from '../state/entries.ts';
import { draft, type Scenario } from './draft.ts';
import type { World } from './world.ts';

/** Somebody calls the contract of an asset, or another one that moves assets or nothing. */
export const callContract: Scenario = (world) => {
  if (world.protocol < 20) return [];
  const scenarios = [
    sendToHolder,
    sendToHolder,
    putIn,
    putIn,
    takeOut,
    moveOn,
    payOut,
    giveBack,
    settle,
    settle,
  ];
  return world.random.pick(scenarios)(world);
};

/** Without a muxed id: no contract takes one of whom it pays from. */
export function plain(account: KeyPair): Party {
  return { account, muxedId: null };
}

/** The address that a call names for whom it pays: of a muxed account too, since protocol 23. */
export function payee(world: World, account: KeyPair): Party {
  return world.protocol < 23 ? { account, muxedId: null } : world.party(account);
}

export function invocation(call: ContractCall): InvokeHostFunction {
  return { type: 'invoke_host_function', call, failure: null };
}

export function transfer(asset: Asset, from: Holder, to: Holder, amount: bigint): TokenCall {
  return { function: 'transfer', asset, from, to, amount };
}

function anyAsset({ random, cast }: World): Asset {
  return random.chance(0.4) ? NATIVE : random.pick(cast.currencies);
}

/** A wallet pays another one. */
const sendToHolder: Scenario = (world) => {
  const asset = anyAsset(world);
  const sender = world.idle(world.cast.wallets);
  const receiver = world.holder(asset);
  if (sender === null || receiver === null || !world.holds(sender, asset)) return [];
  const amount = world.affordable(sender, asset);
  return draft(world, sender, invocation(transfer(asset, plain(sender), payee(world, receiver), amount)));
};

/** A wallet gives a contract something to keep. */
const putIn: Scenario = (world) => {
  const asset = anyAsset(world);
  const sender = world.idle(world.cast.wallets);
  if (sender === null || !world.holds(sender, asset)) return [];
  const contract = world.random.pick(world.cast.contracts);
  const amount = world.affordable(sender, asset);
  return draft(world, sender, invocation(transfer(asset, plain(sender), contract, amount)));
};

/** A contract pays a wallet, perhaps more than it has left. */
const takeOut: Scenario = (world) => {
  const held = findHeld(world);
  const caller = world.idle(world.cast.wallets);
  if (held === null || caller === null) return [];
  const amount = world.random.share(held.balance, 0.1, 1.02);
  return draft(world, caller, invocation(transfer(held.asset, held.owner, payee(world, caller), amount)));
};

/** A contract pays another one, perhaps more than it has left. */
const moveOn: Scenario = (world) => {
  const held = findHeld(world);
  const caller = world.idle(world.cast.wallets);
  if (held === null || caller === null) return [];
  const next = world.random.pick(world.cast.contracts);
  const amount = world.random.share(held.balance, 0.1, 1.5);
  return draft(world, caller, invocation(transfer(held.asset, held.owner, next, amount)));
};

/** An issuer brings out some of its asset, by one of the two functions that do. */
const payOut: Scenario = (world) => {
  const { random, cast } = world;
  const asset = random.pick(cast.currencies);
  const issuer = world.idle([asset.issuer]);
  const receiver = world.holder(asset);
  if (issuer === null || receiver === null) return [];
  const to = random.chance(0.3) ? random.pick(cast.contracts) : payee(world, receiver);
  const amount = BigInt(random.integer(1, 500)) * 7_654_321n;
  const call: TokenCall = random.chance(0.5)
    ? { function: 'mint', asset, from: null, to, amount }
    : transfer(asset, plain(issuer), to, amount);
  return draft(world, issuer, invocation(call));
};

/** A wallet gives an asset back to its issuer, by one of the two functions that do. */
const giveBack: Scenario = (world) => {
  const { random, cast } = world;
  const asset = random.pick(cast.currencies);
  const sender = world.idle(cast.wallets);
  if (sender === null || !world.holds(sender, asset)) return [];
  const amount = world.affordable(sender, asset);
  const call: TokenCall = random.chance(0.5)
    ? { function: 'burn', asset, from: plain(sender), to: null, amount }
    : transfer(asset, plain(sender), plain(asset.issuer), amount);
  return draft(world, sender, invocation(call));
};

/** A market takes some of a wallet's assets and gives others, all at once or not at all; now and then it does nothing. */
const settle: Scenario = (world) => {
  const { random, cast } = world;
  const caller = world.idle(cast.wallets);
  if (caller === null) return [];
  const market = random.pick(cast.contracts);
  const moves = Array.from({ length: random.integer(0, 4) }, () => {
    const asset = anyAsset(world);
    if (!world.holds(caller, asset)) return [];
    const held = findHeld(world, market);
    const amount = world.affordable(caller, asset, 0.0001, 0.001);
    if (held === null || !world.holds(caller, held.asset))
      return [transfer(asset, plain(caller), market, amount)];
    const back = random.share(held.balance, 0.001, 0.01);
    return [
      transfer(asset, plain(caller), market, amount),
      transfer(held.asset, market, plain(caller), back),
    ];
  }).flat();
  return draft(world, caller, invocation({ function: 'settle', market, moves, traps: random.chance(0.15) }));
};

/** Something that a contract has, or that this contract has. */
function findHeld({ store, random }: World, owner?: Contract): ContractBalance | null {
  const held = store
    .ofKind('contract_balance')
    .filter(
      (entry) => entry.balance > 0n && (owner === undefined || entry.owner.contractId === owner.contractId),
    );
  return held.length === 0 ? null : random.pick(held);
}
