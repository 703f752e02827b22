import type { KeyPair } from '../../key-pair.ts';
import { NATIVE } from '../../state/asset.ts';
import type { FeeBump, TransactionPlan } from '../../transactions/plan.ts';
import { draft } from '../draft.ts';
import { UNIT } from '../genesis.ts';
import type { World } from '../world.ts';
import type { RareCase } from './rare-case.ts';
import { paying } from './transaction-failures.ts';

/** Another account pays the fee, whatever the outcome of the inner transaction. */
export const FEE_BUMPS: readonly RareCase[] = [
  { name: 'fee bump, inner txSUCCESS', from: 13, scenario: paying((world) => ({ feeBump: bump(world) })) },
  { name: 'fee bump, inner txFAILED', from: 13, scenario: bumpedToNobody },
  {
    name: 'fee bump, inner txBAD_SEQ',
    from: 13,
    scenario: paying((world) => ({ feeBump: bump(world), sequenceOffset: 5n })),
  },
  {
    name: 'fee bump, inner txBAD_AUTH',
    from: 13,
    scenario: paying((world, sender) => ({ feeBump: bump(world), forgedSignatures: [sender] })),
  },
  {
    name: 'fee bump, outer txBAD_AUTH',
    from: 13,
    scenario: paying((world) => ({ feeBump: { ...bump(world), forged: true } })),
  },
  {
    name: 'fee bump from a muxed account by its own sender',
    from: 13,
    scenario: paying((world, sender) => ({ feeBump: ownBump(world, sender) })),
  },
];

function bump(world: World): FeeBump {
  return { source: world.party(world.random.pick(world.cast.feeSponsors)), forged: false };
}

function ownBump({ random }: World, account: KeyPair): FeeBump {
  return { source: { account, muxedId: random.uint64() }, forged: false };
}

function bumpedToNobody(world: World): readonly TransactionPlan[] {
  const sender = world.idle(world.cast.wallets);
  if (sender === null) return [];
  const destination = world.party(world.nobody());
  const body = { type: 'payment', destination, asset: NATIVE, amount: UNIT } as const;
  return draft(world, sender, body, { feeBump: bump(world) });
}
