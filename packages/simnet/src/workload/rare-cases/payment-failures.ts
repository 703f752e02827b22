import type { KeyPair } from '../../key-pair.ts';
import type { OperationBody } from '../../operations/operation.ts';
import { NATIVE, type Asset } from '../../state/asset.ts';
import { spendable } from '../../state/holdings.ts';
import { draft } from '../draft.ts';
import { UNIT } from '../genesis.ts';
import type { World } from '../world.ts';
import type { RareCase } from './rare-case.ts';

/** Two accounts between which an asset cannot move. */
interface Situation {
  readonly sender: KeyPair | null;
  readonly receiver: KeyPair | null;
  readonly asset: Asset;
  readonly amount: bigint;
}

interface Obstacle {
  /** The end of the result code, for payments and path payments alike. */
  readonly ending: string;
  /** The side on which the fault lies. */
  readonly side: 'sender' | 'receiver';
  readonly until?: number;
  readonly situation: (world: World) => Situation;
}

const OBSTACLES: readonly Obstacle[] = [
  { ending: 'UNDERFUNDED', side: 'sender', situation: tooMuch },
  { ending: 'SRC_NO_TRUST', side: 'sender', situation: (world) => fromMisfit(world, 'strangers') },
  { ending: 'SRC_NOT_AUTHORIZED', side: 'sender', situation: (world) => fromMisfit(world, 'barred') },
  { ending: 'NO_DESTINATION', side: 'receiver', situation: toNobody },
  { ending: 'NO_TRUST', side: 'receiver', situation: (world) => toMisfit(world, 'strangers') },
  { ending: 'NOT_AUTHORIZED', side: 'receiver', situation: (world) => toMisfit(world, 'barred') },
  { ending: 'LINE_FULL', side: 'receiver', situation: (world) => toMisfit(world, 'brimming') },
  { ending: 'NO_ISSUER', side: 'sender', until: 13, situation: ofOrphanedAsset },
];

/** Each failure that all kinds of payment share, for each kind. */
export const PAYMENT_FAILURES: readonly RareCase[] = OBSTACLES.flatMap(
  ({ ending, side, situation, ...when }) =>
    (['payment', 'path_payment_strict_send', 'path_payment_strict_receive'] as const).map((type) => ({
      name: `${type.toUpperCase()}_${ending}`,
      ...when,
      scenario: (world: World) => {
        const { sender, receiver, asset, amount } = situation(world);
        if (sender === null || receiver === null) return [];
        const destination = world.party(receiver);
        return draft(world, sender, bodyOf(world, type, side, { destination, asset, amount }));
      },
    })),
);

/** A path payment converts the asset from or to native. */
function bodyOf(
  world: World,
  type: 'payment' | 'path_payment_strict_send' | 'path_payment_strict_receive',
  side: Obstacle['side'],
  payment: Pick<Extract<OperationBody, { type: 'payment' }>, 'destination' | 'asset' | 'amount'>,
): OperationBody {
  const { destination, asset, amount } = payment;
  if (type === 'payment') return { type, destination, asset, amount };
  const [sendAsset, destAsset] = side === 'sender' ? [asset, NATIVE] : [NATIVE, asset];
  const route = { destination, sendAsset, destAsset, path: [] };
  const worth = world.worth(amount, asset, NATIVE);
  const [sent, received] = side === 'sender' ? [amount, worth] : [worth, amount];
  return type === 'path_payment_strict_send'
    ? { type, ...route, sendAmount: sent, destMin: received / 10n + 1n }
    : { type, ...route, sendMax: sent * 10n, destAmount: received };
}

function tooMuch(world: World): Situation {
  const { random, cast, store } = world;
  const asset = random.pick(cast.currencies);
  const sender = world.idle(cast.wallets.filter((wallet) => world.holds(wallet, asset)));
  const amount = sender === null ? 0n : spendable(store, sender, asset) * 2n + UNIT;
  return { sender, receiver: world.holder(asset, sender), asset, amount };
}

function fromMisfit(world: World, who: 'strangers' | 'barred'): Situation {
  const { random, cast } = world;
  const asset = who === 'barred' ? cast.restricted : random.pick(cast.currencies);
  const receiver = who === 'barred' ? random.pick(cast.makers) : world.holder(asset);
  return { sender: world.idle(cast[who]), receiver, asset, amount: UNIT };
}

function toNobody(world: World): Situation {
  const asset = world.random.pick(world.cast.currencies);
  const sender = world.idle(world.cast.wallets.filter((wallet) => world.holds(wallet, asset)));
  return { sender, receiver: world.nobody(), asset, amount: UNIT };
}

function toMisfit(world: World, who: 'strangers' | 'barred' | 'brimming'): Situation {
  const { random, cast } = world;
  const asset = who === 'barred' ? cast.restricted : cast.dollar;
  const sender = world.idle(who === 'barred' ? cast.makers.slice(1) : cast.wallets);
  return { sender, receiver: random.pick(cast[who]), asset, amount: UNIT };
}

/** Until protocol 13 an asset could not move once its issuer was gone. */
function ofOrphanedAsset(world: World): Situation {
  const { cast } = world;
  const sender = world.idle(cast.wallets);
  return { sender, receiver: world.holder(NATIVE, sender), asset: cast.orphaned, amount: UNIT };
}
