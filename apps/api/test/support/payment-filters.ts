import type { AccountId, Memo, PaymentFact } from '@stellar-insights/ledger';
import { muxedName } from '@stellar-insights/simnet/testing';
import { units, type Truth } from './payment-truths.ts';

/** Parameters of a list of payments, and whether they select a payment. */
export interface Selection {
  readonly query: Readonly<Record<string, string>>;
  readonly selects: (truth: Truth) => boolean;
}

/** At least one for each parameter. Each selects some of the payments, unless it says so. `truths`: newest first. */
export function selections(truths: readonly Truth[]): Selection[] {
  return [
    ...ofParties(truths),
    ...ofKinds(truths),
    ...ofTransactions(truths),
    ...ofMemos(truths),
    ...ofRanges(truths),
  ];
}

/** Whether a list accepts both: no parameter twice, and none that excludes the other. */
export function goTogether(one: Selection, other: Selection): boolean {
  const names = [...Object.keys(one.query), ...Object.keys(other.query)];
  const memos = names.filter((name) => /^memo(_hex|_base64)?$/.test(name));
  const ranges = names.filter((name) => /^(from|to)(_ledger)?$/.test(name));
  const isTwice = new Set(names).size < names.length || memos.length > 1;
  return !isTwice && !(names.includes('ledger') && ranges.length > 0);
}

function find(truths: readonly Truth[], matches: (truth: Truth) => boolean): Truth {
  const found = truths.find(matches);
  if (found === undefined) throw new RangeError('the simulation has no such payment');
  return found;
}

function ofPayment(query: Selection['query'], selects: (payment: PaymentFact) => boolean): Selection {
  return { query, selects: ({ payment }) => selects(payment) };
}

function ofParties(truths: readonly Truth[]): Selection[] {
  const { source: self } = find(truths, ({ payment }) => payment.isSelfPayment).payment;
  const sent = find(truths, ({ payment }) => payment.sourceMuxedId !== null).payment;
  const received = find(truths, ({ payment }) => payment.destinationMuxedId !== null).payment;
  const isFrom = (account: AccountId, id?: bigint | null) => (payment: PaymentFact) =>
    payment.source === account && (id === undefined || payment.sourceMuxedId === id);
  const isTo = (account: AccountId, id?: bigint | null) => (payment: PaymentFact) =>
    payment.destination === account && (id === undefined || payment.destinationMuxedId === id);
  const sender = muxedName(sent.source, sent.sourceMuxedId ?? 0n);
  const receiver = muxedName(received.destination, received.destinationMuxedId ?? 0n);
  const isSender = isFrom(sent.source, sent.sourceMuxedId);
  const isReceiver = isTo(received.destination, received.destinationMuxedId);
  return [
    ofPayment({ account: self }, (each) => isFrom(self)(each) || isTo(self)(each)),
    ofPayment({ from_account: self }, isFrom(self)),
    ofPayment({ to_account: self }, isTo(self)),
    ofPayment({ from_account: sender }, isSender),
    ofPayment({ to_account: receiver }, isReceiver),
    ofPayment(
      { account: receiver },
      (each) => isReceiver(each) || isFrom(received.destination, received.destinationMuxedId)(each),
    ),
  ];
}

function ofKinds(truths: readonly Truth[]): Selection[] {
  const { sourceAsset } = find(truths, ({ payment }) => payment.sourceAsset !== payment.destAsset).payment;
  const amounts = truths
    .flatMap(({ payment }) => payment.fixedAmount ?? [])
    .toSorted((a, b) => (a < b ? -1 : 1));
  const least = amounts[Math.floor(amounts.length * 0.9)] ?? 0n;
  const reasons = ['txFAILED', 'PAYMENT_UNDERFUNDED', 'txBAD_SEQ'];
  const types = [...new Set(truths.map(({ payment }) => payment.type))];
  const isOfAsset = ({ sourceAsset: sent, destAsset: received }: PaymentFact) =>
    [sent, received].includes(sourceAsset);
  return [
    ofPayment({ asset: sourceAsset }, isOfAsset),
    ofPayment({ asset: sourceAsset.replace(':', '-') }, isOfAsset),
    ofPayment({ min_amount: units(least) ?? '' }, ({ fixedAmount }) => (fixedAmount ?? -1n) >= least),
    ofPayment({ min_amount: '0' }, ({ fixedAmount }) => fixedAmount !== null),
    ofPayment({ result: 'succeeded' }, ({ succeeded }) => succeeded),
    ofPayment({ result: 'failed' }, ({ succeeded }) => !succeeded),
    ...reasons.map((reason) => ofPayment({ result: reason }, ({ failure }) => failure?.reason === reason)),
    ...types.map((type) => ofPayment({ type }, (payment) => payment.type === type)),
  ];
}

function ofTransactions(truths: readonly Truth[]): Selection[] {
  const { transaction } = find(truths, (each) => each.transaction.innerHash !== null);
  const selects = (each: Truth) => each.transaction === transaction;
  return [
    { query: { tx_hash: transaction.hash }, selects },
    { query: { tx_hash: (transaction.innerHash ?? '').toUpperCase() }, selects },
  ];
}

function ofMemos(truths: readonly Truth[]): Selection[] {
  const memos = [
    ...new Map(truths.map(({ transaction: { memo } }) => [JSON.stringify(bytesOf(memo)), memo])).values(),
  ];
  const first = (matches: (memo: Memo) => boolean): Memo => {
    const found = memos.find(matches);
    if (found === undefined) throw new RangeError('the simulation has no such memo');
    return found;
  };
  const select = (query: Selection['query'], selects: (memo: Memo) => boolean): Selection => ({
    query,
    selects: ({ transaction }) => selects(transaction.memo),
  });
  const named = (value: string) => (memo: Memo) =>
    valueOf(memo) === value.toLowerCase() || valueOf(memo) === value;
  const exactly = (bytes: Buffer) => (memo: Memo) => bytesOf(memo)?.equals(bytes) === true;
  const selected: Selection[] = [];
  for (const type of ['text', 'id', 'hash', 'return'] as const) {
    const memo = first((each) => each.type === type && (valueOf(each) ?? '') !== '');
    const value = valueOf(memo) ?? '';
    selected.push(select({ memo: type === 'hash' ? value.toUpperCase() : value }, named(value)));
    selected.push(
      select({ memo: value, memo_type: type }, (each) => each.type === type && named(value)(each)),
    );
  }
  const isNotUtf8 = (memo: Memo) => memo.type === 'text' && valueOf(memo) === null;
  for (const memo of [
    first(isNotUtf8),
    first(({ type }) => type === 'return'),
    first(({ type }) => type === 'text'),
  ]) {
    const bytes = bytesOf(memo) ?? Buffer.alloc(0);
    if (bytes.length === 0) continue;
    selected.push(select({ memo_hex: bytes.toString('hex').toUpperCase() }, exactly(bytes)));
    selected.push(select({ memo_base64: bytes.toString('base64') }, exactly(bytes)));
  }
  return selected;
}

/** As people read it; null if it is no text that a URL can have. */
function valueOf(memo: Memo): string | null {
  switch (memo.type) {
    case 'none':
      return null;
    case 'id':
      return `${memo.id}`;
    case 'text':
      return Buffer.from(memo.text).equals(Buffer.from(memo.bytes, 'base64')) ? memo.text : null;
    case 'hash':
    case 'return':
      return memo.hash;
  }
}

function bytesOf(memo: Memo): Buffer | null {
  if (memo.type === 'text') return Buffer.from(memo.bytes, 'base64');
  return memo.type === 'hash' || memo.type === 'return' ? Buffer.from(memo.hash, 'hex') : null;
}

function ofRanges(truths: readonly Truth[]): Selection[] {
  const at = (share: number) => {
    const truth = truths[Math.floor(truths.length * share)];
    if (truth === undefined) throw new RangeError('found no payment, expected many');
    return truth;
  };
  const [late, early, middle] = [at(0.2), at(0.7), at(0.5)];
  const time = ({ header }: Truth) => new Date(header.closedAt).toISOString();
  const between = { after_id: `${early.payment.operationId}`, before_id: `${late.payment.operationId}` };
  return [
    ofPayment({ after_id: between.after_id }, ({ operationId }) => operationId > early.payment.operationId),
    ofPayment({ before_id: between.before_id }, ({ operationId }) => operationId < late.payment.operationId),
    ofPayment(
      between,
      ({ operationId: id }) => id > early.payment.operationId && id < late.payment.operationId,
    ),
    { query: { from: time(early) }, selects: ({ header }) => header.closedAt >= early.header.closedAt },
    { query: { to: time(late) }, selects: ({ header }) => header.closedAt < late.header.closedAt },
    {
      query: { from: time(early), to: time(late) },
      selects: ({ header }) =>
        header.closedAt >= early.header.closedAt && header.closedAt < late.header.closedAt,
    },
    ofPayment({ from_ledger: `${early.header.sequence}` }, ({ ledger }) => ledger >= early.header.sequence),
    ofPayment({ to_ledger: `${late.header.sequence}` }, ({ ledger }) => ledger <= late.header.sequence),
    ofPayment({ ledger: `${middle.header.sequence}` }, ({ ledger }) => ledger === middle.header.sequence),
    // A time between two ledgers, and ranges that reach beyond what is stored.
    {
      query: { from: new Date(early.header.closedAt + 1).toISOString(), to: '9999-12-31' },
      selects: ({ header }) => header.closedAt > early.header.closedAt,
    },
    ofPayment(
      { from_ledger: '1', to_ledger: `${middle.header.sequence}` },
      ({ ledger }) => ledger <= middle.header.sequence,
    ),
  ];
}
