import { NATIVE } from '../../state/asset.ts';
import type { KeyPair } from '../../key-pair.ts';
import type { TransactionFate, TransactionPlan } from '../../transactions/plan.ts';
import { invocation, payee, plain, transfer } from '../contracts.ts';
import { draft, operation, type Scenario } from '../draft.ts';
import { UNIT } from '../genesis.ts';
import type { World } from '../world.ts';
import type { RareCase } from './rare-case.ts';

/** Transactions that reach a ledger and fail there before any operation has a result. */
export const TRANSACTION_FAILURES: readonly RareCase[] = [
  {
    name: 'txTOO_EARLY',
    scenario: paying(({ closeTime }) => ({ timeBounds: { minTime: closeTime + 60, maxTime: 0 } })),
  },
  {
    name: 'txTOO_LATE',
    scenario: paying(({ closeTime }) => ({ timeBounds: { minTime: 0, maxTime: closeTime - 1 } })),
  },
  { name: 'txMISSING_OPERATION', scenario: paying(() => ({ operations: [] })) },
  { name: 'txBAD_SEQ', scenario: paying(({ random }) => ({ sequenceOffset: random.pick([-1n, 1n, 7n]) })) },
  { name: 'txBAD_AUTH', scenario: paying((_, sender) => ({ forgedSignatures: [sender], feeBump: null })) },
  { name: 'txINSUFFICIENT_BALANCE', scenario: spendReserve },
  { name: 'txNO_ACCOUNT', scenario: actAfterLeaving },
  { name: 'txINSUFFICIENT_FEE', scenario: paying(() => ({ bid: 10n, feeBump: null })) },
  { name: 'txBAD_AUTH_EXTRA', scenario: paying(({ cast }) => ({ needlessSignature: cast.vault })) },
  { name: 'txBAD_MIN_SEQ_AGE_OR_GAP', from: 19, scenario: paying(() => ({ minSequenceAge: 1n << 40n })) },
  { name: 'txINTERNAL_ERROR', scenario: befalling({ code: 'txINTERNAL_ERROR', blame: 'network' }) },
  { name: 'txNOT_SUPPORTED', scenario: befalling({ code: 'txNOT_SUPPORTED', blame: 'network' }) },
  {
    name: 'txBAD_SPONSORSHIP',
    from: 14,
    scenario: befalling({ code: 'txBAD_SPONSORSHIP', blame: 'sender' }),
  },
  { name: 'txMALFORMED', from: 19, scenario: befalling({ code: 'txMALFORMED', blame: 'sender' }) },
  { name: 'txSOROBAN_INVALID', from: 20, scenario: invalidCall },
  {
    name: 'txFROZEN_KEY_ACCESSED',
    from: 26,
    scenario: befalling({ code: 'txFROZEN_KEY_ACCESSED', blame: 'network' }),
  },
];

/** A payment that would succeed if its transaction had not been changed. */
export function paying(change: (world: World, sender: KeyPair) => Partial<TransactionPlan>): Scenario {
  return (world) => {
    const asset = world.random.chance(0.5) ? NATIVE : world.random.pick(world.cast.currencies);
    const sender = world.idle(world.cast.wallets.filter((wallet) => world.holds(wallet, asset)));
    const receiver = world.holder(asset, sender);
    if (sender === null || receiver === null) return [];
    const body = { type: 'payment', destination: world.party(receiver), asset, amount: 1n } as const;
    return draft(world, sender, body, change(world, sender));
  };
}

function befalling(fate: TransactionFate): Scenario {
  return paying(() => ({ fate }));
}

function spendReserve(world: World): readonly TransactionPlan[] {
  const pauper = world.idle(world.cast.paupers);
  const receiver = world.holder(NATIVE);
  if (pauper === null || receiver === null) return [];
  const body = { type: 'payment', destination: world.party(receiver), asset: NATIVE, amount: 1n } as const;
  return draft(world, pauper, body, { feeBump: null });
}

/** A newcomer's account is merged away; its own transaction comes later in the same ledger. */
function actAfterLeaving(world: World): readonly TransactionPlan[] {
  const { cast } = world;
  const helper = world.idle(cast.wallets);
  const leaver = world.idle(world.newcomers.slice(0, -10));
  if (helper === null || leaver === null) return [];
  const source = { account: leaver, muxedId: null };
  const destination = world.party(helper);
  return [
    ...draft(world, helper, [operation({ type: 'account_merge', destination }, { source })]),
    ...draft(world, leaver, { type: 'payment', destination, asset: NATIVE, amount: UNIT }),
  ];
}

function invalidCall(world: World): readonly TransactionPlan[] {
  const caller = world.idle(world.cast.wallets);
  if (caller === null) return [];
  const fate = { code: 'txSOROBAN_INVALID', blame: 'network' } as const;
  const call = transfer(NATIVE, plain(caller), payee(world, caller), UNIT);
  return draft(world, caller, invocation(call), { fate });
}
