/** Decodes one ledger in one way, and answers each message with what a decode cost: its CPU time, or its heap. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decode as decodeToJson, initSync } from '@stellar/stellar-xdr-json';
import { LedgerCloseMeta } from '@stellar/stellar-sdk/xdr';
import { decodeLedger } from '@stellar-insights/ledger/decode';
import { LedgerDecoder, openSource, type RawLedger } from '@stellar-insights/ledger/sources';

/** `facts` are those of the SDK's path. */
export const WAYS = ['full', 'plain', 'facts', 'json', 'reader'] as const;
export type Way = (typeof WAYS)[number];

export interface DecodedLedger {
  readonly bytes: number;
  readonly transactions: number;
  readonly contractTransfers: number;
}

/** A `DecodedLedger` says that the program is ready. `cost` is in µs of CPU time, or in bytes of heap. */
export type DecoderAnswer = DecodedLedger | { readonly cost: number };
export type DecoderQuestion = 'time' | 'heap';

const WARM_UP_MS = 1500;
const MS_PER_ROUND = 200;
const [way = '', lake = '', number = ''] = process.argv.slice(2);
const ledger = Number(number);

const { signal } = new AbortController();
const source = openSource({ lake });
const passphrase = await source.networkPassphrase(signal);
const [raw] = await Array.fromAsync(source.ledgers({ from: ledger, to: ledger }, signal));
if (raw === undefined) throw new Error(`found no ledger ${ledger} in ${lake}`);
const read = await new LedgerDecoder({ compareEvery: Infinity }).forNetwork(passphrase);
const { transactions, contractTransfers } = read(raw);
const work = workOf(way as Way, raw);
cpuOf(WARM_UP_MS);

process.on('message', (question: DecoderQuestion) => {
  answer({ cost: question === 'time' ? cpuOf(MS_PER_ROUND) : heapOf() });
});
answer({
  bytes: raw.bytes.length,
  transactions: transactions.length,
  contractTransfers: contractTransfers.length,
});

function workOf(of: Way, ledgerToDecode: RawLedger): () => unknown {
  const { bytes } = ledgerToDecode;
  switch (of) {
    case 'full':
      return () => LedgerCloseMeta.fromXdr(bytes);
    case 'plain':
      return () => LedgerCloseMeta.schema.decode(bytes);
    case 'facts':
      return () => decodeLedger(ledgerToDecode, passphrase);
    case 'json': {
      const wasm = fileURLToPath(import.meta.resolve('@stellar/stellar-xdr-json/stellar_xdr_json_bg.wasm'));
      initSync(readFileSync(wasm));
      const base64 = Buffer.from(bytes).toString('base64');
      return () => decodeToJson('LedgerCloseMeta', base64);
    }
    case 'reader':
      return () => read(ledgerToDecode);
  }
}

/** µs of CPU time of one run, garbage collection included. */
function cpuOf(forMs: number): number {
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
function heapOf(): number {
  const runs = way === 'reader' ? 40 : 4;
  gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let run = 0; run < runs; run++) work();
  return (process.memoryUsage().heapUsed - before) / runs;
}

function answer(message: DecoderAnswer): void {
  process.send?.(message);
}
