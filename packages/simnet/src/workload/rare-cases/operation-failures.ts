import type { OperationBody, OperationFate } from '../../operations/operation.ts';
import { NATIVE } from '../../state/asset.ts';
import { MAX_AMOUNT } from '../../state/holdings.ts';
import type { TransactionPlan } from '../../transactions/plan.ts';
import { draft, operation, type Scenario } from '../draft.ts';
import { UNIT } from '../genesis.ts';
import type { World } from '../world.ts';
import type { RareCase } from './rare-case.ts';

/** Operations that fail with a code of any kind of operation, and the operations beside them. */
export const OPERATION_FAILURES: readonly RareCase[] = [
  { name: 'PAYMENT_MALFORMED', scenario: payNothing },
  { name: 'opBAD_AUTH', scenario: withoutConsent },
  { name: 'opNO_ACCOUNT', scenario: onBehalfOfNobody },
  { name: 'opNOT_SUPPORTED', scenario: befalling({ code: 'opNOT_SUPPORTED', blame: 'network' }, payOne) },
  {
    name: 'opTOO_MANY_SUBENTRIES',
    scenario: befalling({ code: 'opTOO_MANY_SUBENTRIES', blame: 'sender' }, trustOne),
  },
  {
    name: 'opEXCEEDED_WORK_LIMIT',
    scenario: befalling({ code: 'opEXCEEDED_WORK_LIMIT', blame: 'network' }, convertOne),
  },
  {
    name: 'opTOO_MANY_SPONSORING',
    from: 14,
    scenario: befalling({ code: 'opTOO_MANY_SPONSORING', blame: 'sender' }, leaveOne),
  },
  { name: 'success rolled back', scenario: successRolledBack },
  { name: 'cascade of failures', scenario: cascade },
];

function payNothing(world: World): readonly TransactionPlan[] {
  const sender = world.idle(world.cast.wallets);
  const receiver = world.holder(NATIVE, sender);
  if (sender === null || receiver === null) return [];
  return draft(world, sender, payment(world, receiver, 0n));
}

/** An operation names a source that did not sign. */
function withoutConsent(world: World): readonly TransactionPlan[] {
  const [sender, victim] = [world.idle(world.cast.wallets), world.idle(world.cast.wallets)];
  if (sender === null || victim === null) return [];
  const source = world.party(victim);
  const operations = [
    operation(payment(world, victim, 1n)),
    operation(payment(world, sender, 1_000n * UNIT), { source }),
  ];
  return draft(world, sender, operations, { forgedSignatures: [victim] });
}

function onBehalfOfNobody(world: World): readonly TransactionPlan[] {
  const sender = world.idle(world.cast.wallets);
  if (sender === null) return [];
  const source = { account: world.nobody(), muxedId: null };
  return draft(world, sender, [operation(payment(world, sender, 1n), { source })]);
}

/** A payment that succeeds, then an operation that fails. */
function befalling(fate: OperationFate, body: (world: World) => OperationBody): Scenario {
  return (world) => {
    const sender = world.idle(world.cast.wallets);
    const receiver = world.holder(NATIVE, sender);
    if (sender === null || receiver === null) return [];
    return draft(world, sender, [operation(payment(world, receiver, 1n)), operation(body(world), { fate })]);
  };
}

function successRolledBack(world: World): readonly TransactionPlan[] {
  const { random, cast, protocol } = world;
  const sender = world.idle(cast.wallets);
  const receiver = world.holder(NATIVE, sender);
  if (sender === null || receiver === null) return [];
  const newcomer = world.nobody();
  const operations = [
    operation(convertOne(world)),
    operation({ type: 'create_account', destination: newcomer, startingBalance: UNIT }),
    ...(protocol < 14 ? [] : [operation(leaveOne(world))]),
    operation(payment(world, receiver, 1n)),
    operation({
      type: 'payment',
      destination: world.party(random.pick(cast.strangers)),
      asset: world.cast.dollar,
      amount: 1n,
    }),
  ];
  return draft(world, sender, operations);
}

/** The account is not created, so a payment to it fails as well. */
function cascade(world: World): readonly TransactionPlan[] {
  const { random, cast } = world;
  const sender = world.idle(cast.wallets);
  if (sender === null) return [];
  const newcomer = world.nobody();
  const misfit = random.pick(cast.brimming);
  return draft(world, sender, [
    operation({ type: 'create_account', destination: newcomer, startingBalance: 1n }),
    operation(payment(world, newcomer, UNIT)),
    operation(payment(world, misfit, UNIT)),
    operation({ type: 'payment', destination: world.party(misfit), asset: world.cast.dollar, amount: UNIT }),
  ]);
}

function payment(world: World, receiver: Parameters<World['party']>[0], amount: bigint): OperationBody {
  return { type: 'payment', destination: world.party(receiver), asset: NATIVE, amount };
}

function payOne(world: World): OperationBody {
  return payment(world, world.random.pick(world.cast.wallets), UNIT);
}

function trustOne({ cast }: World): OperationBody {
  return { type: 'change_trust', asset: cast.illiquid, limit: MAX_AMOUNT };
}

function leaveOne({ random, cast }: World): OperationBody {
  return {
    type: 'create_claimable_balance',
    asset: NATIVE,
    amount: 1n,
    claimants: [random.pick(cast.wallets)],
  };
}

function convertOne(world: World): OperationBody {
  const destination = world.party(world.random.pick(world.cast.makers));
  const assets = { sendAsset: NATIVE, destAsset: world.cast.dollar, path: [] };
  return { type: 'path_payment_strict_send', destination, ...assets, sendAmount: UNIT, destMin: 1n };
}
