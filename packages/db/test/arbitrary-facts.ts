import fc from 'fast-check';
import {
  addressOfKey,
  operationId,
  PAYMENT_TYPES,
  type ClaimableBalanceFact,
  type ClawbackFact,
  type ContractId,
  type ContractTransferFact,
  type LedgerFacts,
  type LedgerHeaderFacts,
  type LedgerSequence,
  type PaymentFact,
  type PoolOperationFact,
  type TradeFact,
  type TransactionFact,
  type TrustlineOperationFact,
} from '@stellar-insights/ledger';
import {
  account,
  address,
  asset,
  bytes32,
  failure,
  hash,
  int128,
  memo,
  muxedId,
  pool,
  resultCode,
  stroops,
  uint32,
} from './arbitrary-values.ts';

/* Facts of every kind, with whatever their types allow, for property tests. */

/** One ledger with this number. */
export function ledgerFacts(sequence: LedgerSequence): fc.Arbitrary<LedgerFacts> {
  return transactionsOf(sequence).chain((transactions) => {
    const places = placesIn(sequence, transactions);
    return fc.record({
      header: headerOf(sequence),
      transactions: fc.constant(transactions),
      payments: each(places, (place) => paymentAt(place)),
      claimableBalances: each(places, (place) => balanceAt(place)),
      clawbacks: each(places, (place) => clawbackAt(place)),
      contractTransfers: each(places, (place) => transfersAt(place)).map((transfers) => transfers.flat()),
      trustlineOperations: each(places, (place) => trustlineOperationAt(place)),
      poolOperations: each(places, (place) => poolOperationAt(place)),
      trades: each(places, (place) => tradesAt(place)).map((trades) => trades.flat()),
    });
  });
}

interface Place {
  readonly ledger: LedgerSequence;
  readonly transaction: TransactionFact;
  readonly operationIndex: number;
}

function headerOf(sequence: LedgerSequence): fc.Arbitrary<LedgerHeaderFacts> {
  return fc.record({
    sequence: fc.constant(sequence),
    hash,
    previousHash: hash,
    closedAt: fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) }),
    protocolVersion: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    baseFee: stroops,
    baseReserve: stroops,
    totalCoins: stroops,
    feePool: stroops,
  });
}

function transactionsOf(ledger: LedgerSequence): fc.Arbitrary<TransactionFact[]> {
  const transaction = fc.record({
    ledger: fc.constant(ledger),
    index: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 0x7_ffff })),
    hash,
    innerHash: fc.option(hash),
    source: account,
    sourceMuxedId: muxedId,
    feeSource: account,
    feeSourceMuxedId: muxedId,
    feeCharged: stroops,
    succeeded: fc.boolean(),
    result: resultCode,
    innerResult: fc.option(resultCode),
    operationCount: fc.integer({ min: 1, max: 100 }),
    memo,
  });
  return fc
    .uniqueArray(transaction, { maxLength: 8, selector: ({ index }) => index })
    .map((transactions) => transactions.toSorted((a, b) => a.index - b.index));
}

/** Some operations of each transaction, in order; the last one that an id can name is among them. */
function placesIn(ledger: LedgerSequence, transactions: readonly TransactionFact[]): Place[] {
  return transactions.flatMap((transaction) =>
    [1, 2, 100, 0xfff].map((operationIndex) => ({ ledger, transaction, operationIndex })),
  );
}

/** Facts of a part of the places, in their order. */
function each<Fact>(
  places: readonly Place[],
  at: (place: Place) => fc.Arbitrary<Fact>,
): fc.Arbitrary<Fact[]> {
  return fc.subarray([...places]).chain((chosen) => fc.tuple(...chosen.map(at)));
}

function paymentAt({ ledger, transaction, operationIndex }: Place): fc.Arbitrary<PaymentFact> {
  return fc.record({
    operationId: fc.constant(operationId(ledger, transaction.index, operationIndex)),
    ledger: fc.constant(ledger),
    transactionIndex: fc.constant(transaction.index),
    operationIndex: fc.constant(operationIndex),
    transactionHash: fc.constant(transaction.hash),
    type: fc.constantFrom(...PAYMENT_TYPES),
    source: account,
    sourceMuxedId: muxedId,
    destination: account,
    destinationMuxedId: muxedId,
    sourceAsset: asset,
    destAsset: asset,
    path: fc.array(asset, { maxLength: 5 }),
    fixedSide: fc.constantFrom('source', 'dest'),
    fixedAmount: fc.option(stroops),
    limitAmount: fc.option(stroops),
    sentAmount: fc.option(stroops),
    deliveredAmount: fc.option(stroops),
    succeeded: fc.boolean(),
    operationResult: fc.option(resultCode),
    failure,
    isSelfPayment: fc.boolean(),
    isCycle: fc.boolean(),
  });
}

function balanceAt({ ledger, transaction, operationIndex }: Place): fc.Arbitrary<ClaimableBalanceFact> {
  return fc.record({
    operationId: fc.constant(operationId(ledger, transaction.index, operationIndex)),
    ledger: fc.constant(ledger),
    transactionHash: fc.constant(transaction.hash),
    type: fc.constantFrom('create_claimable_balance', 'claim_claimable_balance'),
    account,
    accountMuxedId: muxedId,
    balanceId: fc.option(hash),
    asset: fc.option(asset),
    amount: fc.option(stroops),
    claimants: fc.array(account, { maxLength: 10 }),
    succeeded: fc.boolean(),
    operationResult: fc.option(resultCode),
    failure,
  });
}

function clawbackAt({ ledger, transaction, operationIndex }: Place): fc.Arbitrary<ClawbackFact> {
  return fc.record({
    operationId: fc.constant(operationId(ledger, transaction.index, operationIndex)),
    ledger: fc.constant(ledger),
    transactionHash: fc.constant(transaction.hash),
    type: fc.constantFrom('clawback', 'clawback_claimable_balance'),
    account,
    accountMuxedId: muxedId,
    from: fc.option(account),
    fromMuxedId: muxedId,
    asset: fc.option(asset),
    amount: fc.option(stroops),
    balanceId: fc.option(hash),
    succeeded: fc.boolean(),
    operationResult: fc.option(resultCode),
    failure,
  });
}

function transfersAt({ ledger, transaction, operationIndex }: Place): fc.Arbitrary<ContractTransferFact[]> {
  const transfer = fc.record({
    type: fc.constantFrom('transfer', 'mint', 'burn', 'clawback'),
    contract: bytes32.map((key) => addressOfKey(Uint8Array.of(2 << 3, ...key)) as ContractId),
    asset,
    from: fc.option(address),
    to: fc.option(address),
    toMuxedId: muxedId,
    amount: int128,
    isHashed: fc.boolean(),
    succeeded: fc.boolean(),
    operationResult: fc.option(resultCode),
    failure,
  });
  const id = operationId(ledger, transaction.index, operationIndex);
  return fc.array(transfer, { maxLength: 3 }).map((transfers) =>
    transfers.map((fact, order) => ({
      operationId: id,
      ledger,
      transactionHash: transaction.hash,
      order,
      ...fact,
    })),
  );
}

function trustlineOperationAt({
  ledger,
  transaction,
  operationIndex,
}: Place): fc.Arbitrary<TrustlineOperationFact> {
  const line = fc.oneof(
    fc.record({ asset, pool: fc.constant(null), poolAssets: fc.constant(null) }),
    fc.record({ asset: fc.constant(null), pool, poolAssets: fc.tuple(asset, asset) }),
  );
  const rest = fc.record({
    operationId: fc.constant(operationId(ledger, transaction.index, operationIndex)),
    ledger: fc.constant(ledger),
    transactionHash: fc.constant(transaction.hash),
    type: fc.constantFrom('change_trust', 'allow_trust', 'set_trust_line_flags'),
    account,
    accountMuxedId: muxedId,
    trustor: account,
    limit: fc.option(stroops),
    setFlags: fc.option(uint32),
    clearFlags: fc.option(uint32),
    succeeded: fc.boolean(),
    operationResult: fc.option(resultCode),
    failure,
  });
  return fc.tuple(line, rest).map(([some, others]) => ({ ...some, ...others }));
}

function poolOperationAt({ ledger, transaction, operationIndex }: Place): fc.Arbitrary<PoolOperationFact> {
  return fc.record({
    operationId: fc.constant(operationId(ledger, transaction.index, operationIndex)),
    ledger: fc.constant(ledger),
    transactionHash: fc.constant(transaction.hash),
    type: fc.constantFrom('liquidity_pool_deposit', 'liquidity_pool_withdraw'),
    account,
    accountMuxedId: muxedId,
    pool,
    shares: fc.option(stroops),
    limitA: stroops,
    limitB: stroops,
    succeeded: fc.boolean(),
    operationResult: fc.option(resultCode),
    failure,
  });
}

function tradesAt({ ledger, transaction, operationIndex }: Place): fc.Arbitrary<TradeFact[]> {
  const maker: fc.Arbitrary<TradeFact['maker']> = fc.oneof(
    fc.record({ type: fc.constant('offer' as const), seller: account, offerId: stroops.map(BigInt) }),
    fc.record({ type: fc.constant('pool' as const), pool }),
  );
  const trade = fc.record({
    maker,
    buyer: account,
    soldAsset: asset,
    soldAmount: stroops,
    boughtAsset: asset,
    boughtAmount: stroops,
  });
  const id = operationId(ledger, transaction.index, operationIndex);
  return fc
    .array(trade, { maxLength: 3 })
    .map((trades) => trades.map((fact, order) => ({ operationId: id, ledger, order, ...fact })));
}
