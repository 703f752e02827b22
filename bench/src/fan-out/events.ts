/** An event as the log takes it, about as long as that of a payment. */
export interface BenchEvent {
  readonly event: string;
  readonly channels: readonly string[];
  readonly data: object;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The channel of one of many accounts. */
export function accountChannelOf(index: number): string {
  let letters = '';
  for (let rest = index; letters.length < 55; rest = Math.floor(rest / 32)) letters += LETTERS[rest % 32];
  return `account:G${letters}`;
}

export function benchEvent(index: number, channels: readonly string[]): BenchEvent {
  const hash = String(index).padStart(64, '0');
  const data = {
    op_id: String(index + 1),
    ledger: 1000 + index,
    closed_at: '2030-01-01T00:00:00.000Z',
    tx_hash: hash,
    memo: { type: 'none' },
    source: accountChannelOf(index).slice(8),
    destination: accountChannelOf(index + 1).slice(8),
    source_asset: 'native',
    dest_asset: 'native',
    sent_stroops: '10000000',
    delivered_stroops: '10000000',
  };
  return { event: 'payment.created', channels, data };
}

/** What a client of the API gets for that event. */
export function frameOf(index: number): string {
  const { event, data } = benchEvent(index, []);
  return JSON.stringify({
    type: 'event',
    id: `0f3a9c5be271-${index + 1}`,
    channels: ['payments'],
    event,
    data,
  });
}
