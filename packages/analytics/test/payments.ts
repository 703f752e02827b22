import type { AccountId, AssetId, Blame, PaymentFact, ResultCode, Stroops } from '@stellar-insights/ledger';
import * as fc from 'fast-check';

/** Fields of a fact that tests set by plain values; the brands are put on here. */
interface Attempt {
  readonly type?: PaymentFact['type'];
  readonly from?: string;
  readonly to?: string;
  readonly side?: PaymentFact['fixedSide'];
  /** What the sender fixed; of a success also what arrives, unless `delivered` says otherwise. */
  readonly amount?: bigint;
  readonly delivered?: bigint;
  readonly self?: boolean;
  readonly fails?: readonly [reason: string, blame: Blame];
}

/** A payment of 1 unit XLM from one account to another that succeeds, but for what `attempt` says. */
export function paymentFact(attempt: Attempt = {}): PaymentFact {
  const { type = 'payment', from = 'native', to = from, side = 'dest', amount = 10_000_000n } = attempt;
  const { fails, self = false } = attempt;
  const source = 'GA' as AccountId;
  return {
    operationId: 1n as PaymentFact['operationId'],
    ledger: 1 as PaymentFact['ledger'],
    transactionIndex: 1,
    operationIndex: 1,
    transactionHash: '00' as PaymentFact['transactionHash'],
    type,
    source,
    sourceMuxedId: null,
    destination: self ? source : ('GB' as AccountId),
    destinationMuxedId: null,
    sourceAsset: from as AssetId,
    destAsset: to as AssetId,
    path: [],
    fixedSide: side,
    fixedAmount: amount as Stroops,
    limitAmount: null,
    sentAmount: fails ? null : (amount as Stroops),
    deliveredAmount: fails ? null : ((attempt.delivered ?? amount) as Stroops),
    succeeded: fails === undefined,
    operationResult: null,
    failure: fails ? { reason: fails[0] as ResultCode, cause: null, blame: fails[1] } : null,
    isSelfPayment: self,
    isCycle: false,
  };
}

const asset = fc.constantFrom('native', 'EUR:GI', 'EUR:GJ', 'é:GI');
const failure = fc.constantFrom<[string, Blame]>(
  ['PAYMENT_LINE_FULL', 'receiver'],
  ['txFAILED', 'receiver'],
  ['txFAILED', 'market'],
  ['txBAD_SEQ', 'sender'],
);

/** Few assets, reasons and magnitudes, so that payments often meet in the same counts. */
export const anyPayment: fc.Arbitrary<PaymentFact> = fc
  .record(
    {
      type: fc.constantFrom<PaymentFact['type'][]>(
        'payment',
        'path_payment_strict_send',
        'path_payment_strict_receive',
        'create_account',
        'account_merge',
      ),
      from: asset,
      to: asset,
      side: fc.constantFrom('source', 'dest'),
      amount: fc.oneof(fc.bigInt(-1n, 1_000n), fc.bigInt(0n, 2n ** 63n - 1n)),
      delivered: fc.bigInt(0n, 2n ** 63n - 1n),
      self: fc.boolean(),
      fails: failure,
    },
    { requiredKeys: ['type', 'from', 'to', 'side', 'amount', 'delivered', 'self'] },
  )
  .map(paymentFact);
