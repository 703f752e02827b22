/** Decodes one ledger by the SDK and by the fast reader, in turn, and prints what each decode cost: its CPU time, or its heap. */
import { LedgerCloseMeta } from '@stellar/stellar-sdk/xdr';
import { decodeLedger } from '@stellar-insights/ledger/decode';
import { LedgerDecoder, openSource } from '@stellar-insights/ledger/sources';

export interface DecodedLedger {
  readonly ledger: number;
  readonly bytes: number;
  readonly transactions: number;
  readonly contractTransfers: number;
}

/** µs of CPU time of one decode: by classes, by plain objects, by `decodeLedger`, by the reader. */
export interface DecodeRound {
  readonly full: number;
  readonly plain: number;
  readonly facts: number;
  readonly reader: number;
}

export interface DecodeTimes extends DecodedLedger {
  readonly rounds: readonly DecodeRound[];
}

/** Bytes that one decode allocates. */
export interface DecodeHeap {
  readonly full: number;
  readonly reader: number;
}

const WARM_UP_MS = 2000;
const MS_PER_ROUND = 200;

const [what, lake = '', number = '', rounds = ''] = process.argv.slice(2);
const ledger = Number(number);
const { signal } = new AbortController();
const source = openSource({ lake });
const passphrase = await source.networkPassphrase(signal);
const [raw] = await Array.fromAsync(source.ledgers({ from: ledger, to: ledger }, signal));
if (raw === undefined) throw new Error(`found no ledger ${ledger} in ${lake}`);
const decode = await new LedgerDecoder({ compareEvery: Infinity }).forNetwork(passphrase);
const { bytes } = raw;
const { transactions, contractTransfers } = decode(raw);

const full = () => LedgerCloseMeta.fromXdr(bytes);
const plain = () => LedgerCloseMeta.schema.decode(bytes);
const facts = () => decodeLedger(raw, passphrase);
const reader = () => decode(raw);
for (const work of [full, plain, facts, reader]) cpuOf(work, WARM_UP_MS);

console.log(JSON.stringify(what === 'heap' ? heap() : times()));

function times(): DecodeTimes {
  const round = (): DecodeRound => ({
    full: cpuOf(full, MS_PER_ROUND),
    plain: cpuOf(plain, MS_PER_ROUND),
    facts: cpuOf(facts, MS_PER_ROUND),
    reader: cpuOf(reader, MS_PER_ROUND),
  });
  return {
    ledger,
    bytes: bytes.length,
    transactions: transactions.length,
    contractTransfers: contractTransfers.length,
    rounds: Array.from({ length: Number(rounds) }, round),
  };
}

function heap(): DecodeHeap {
  return { full: heapOf(full, 4), reader: heapOf(reader, 40) };
}

/** µs of CPU time of one run, garbage collection included. */
function cpuOf(work: () => unknown, forMs: number): number {
  // What was left behind by the work before is not collected on this one's account.
  gc?.();
  const end = performance.now() + forMs;
  const before = process.cpuUsage();
  let runs = 0;
  do {
    work();
    runs++;
  } while (performance.now() < end);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / runs;
}

/** Bytes of one run. The young generation holds all of them, so that nothing is collected meanwhile. */
function heapOf(work: () => unknown, runs: number): number {
  gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let run = 0; run < runs; run++) work();
  return (process.memoryUsage().heapUsed - before) / runs;
}
