import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SimLake } from '@stellar-insights/simnet/testing';
import { Decoders, HEAP_FLAGS, type LedgerPlace } from './decode/decoders.ts';
import { median, report, reportOptions, type Measurement } from './measurement.ts';
import type { DecodedLedger } from './programs/decoder.ts';

const USAGE = `usage: pnpm bench decode [--lake DIR] [--ledger N] [--rounds N] [--json] [--check]
  --lake     a data lake with a real ledger; default: LEDGER_FIXTURES, else what \`pnpm fixtures\` wrote
  --ledger   the ledger; default: 53312000
  --rounds   of decodes in each way, all in turn; default: 15
  --json     print JSON instead of a table
  --check    exit with 1 if a limit is missed

The limits are those of ledger 53312000. Simulated ledgers of 163 to 6,000 transactions are decoded as well.`;

/** Of 372 kB and 163 transactions, of which one calls a contract. */
const USUAL_LEDGER = 53_312_000;
const SIMULATED_TRANSACTIONS = [163, 1000, 6000];
const SIMULATED_ROUNDS = 5;
const PEERS = ['full', 'plain', 'facts', 'json'] as const;

/** What a decode by the fast reader costs against the SDK's. Resolves to the exit code. */
export async function benchDecode(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      lake: { type: 'string', default: process.env['LEDGER_FIXTURES'] ?? '.fixtures/ledgers' },
      ledger: { type: 'string', default: String(USUAL_LEDGER) },
      rounds: { type: 'string', default: '15' },
      ...reportOptions,
    },
  });
  const [ledger, rounds] = [Number(values.ledger), Number(values.rounds)];
  if (![ledger, rounds].every((count) => Number.isInteger(count) && count > 0)) {
    console.error(USAGE);
    return 2;
  }
  if (!existsSync(values.lake)) {
    console.error(
      `found no lake in ${values.lake}, expected real ledgers; run \`pnpm fixtures\`, or name one with --lake`,
    );
    return 2;
  }
  const costs = await measure({ lake: values.lake, ledger }, rounds);
  const simulated: Measurement[] = [];
  for (const transactions of SIMULATED_TRANSACTIONS)
    simulated.push(...(await measureSimulated(transactions)));
  const measurements = [...measurementsOf(ledger, costs), ...simulated];
  return report(measurements, values, documentOf(ledger, costs, measurements));
}

type Peer = (typeof PEERS)[number];
type Round = Readonly<Record<Peer | 'reader', number>>;

interface DecodeCosts {
  readonly decoded: DecodedLedger;
  /** µs of CPU time. */
  readonly rounds: readonly Round[];
  /** Bytes. */
  readonly heap: Readonly<Record<'full' | 'reader', number>>;
}

/** Times are measured with Node's own settings. */
async function measure(place: LedgerPlace, rounds: number): Promise<DecodeCosts> {
  using decoders = await Decoders.start([...PEERS, 'reader'], place);
  using heaps = await Decoders.start(['full', 'reader'], place, HEAP_FLAGS);
  return {
    decoded: decoders.decoded,
    heap: await heaps.costs('heap'),
    rounds: await decoders.rounds(rounds),
  };
}

/** Simulated ledgers have events of contracts. */
async function measureSimulated(transactions: number): Promise<Measurement[]> {
  await using lake = await SimLake.create({ ledgers: 2, transactionsPerLedger: transactions });
  await lake.publish(2);
  using decoders = await Decoders.start(['full', 'reader'], { lake: lake.folder, ledger: lake.last });
  const rounds = await decoders.rounds(SIMULATED_ROUNDS);
  const what = `a simulated ledger of ${transactions} transactions`;
  return [
    {
      what: `${what}: the reader`,
      value: median(rounds.map(({ reader }) => reader)) / transactions,
      unit: 'µs/transaction',
      note: aboutLedger(decoders.decoded),
    },
    {
      what: `${what}: as fast as the full decode`,
      value: median(rounds.map(({ full, reader }) => full / reader)),
      unit: '×',
    },
  ];
}

/** `ratio_vs_sdk`: how many times as fast as the SDK's full decode. `heap_vs_sdk`: its share of the SDK's heap. */
function documentOf(ledger: number, costs: DecodeCosts, measurements: readonly Measurement[]) {
  const { decoded, heap } = costs;
  return {
    ledger,
    bytes: decoded.bytes,
    transactions: decoded.transactions,
    contract_transfers: decoded.contractTransfers,
    ratio_vs_sdk: median(ratios(costs, 'full')),
    heap_vs_sdk: heap.reader / heap.full,
    measurements,
  };
}

function measurementsOf(ledger: number, costs: DecodeCosts): Measurement[] {
  const { decoded, rounds, heap } = costs;
  const milliseconds = (of: (round: Round) => number) => median(rounds.map(of)) / 1000;
  const hasLimits = ledger === USUAL_LEDGER;
  const ratio = (what: string, peer: Peer): Measurement => ({
    what,
    value: median(ratios(costs, peer)),
    unit: '×',
    note: spread(ratios(costs, peer)),
  });
  return [
    {
      what: "stellar-sdk's full decode (`LedgerCloseMeta.fromXdr`)",
      value: milliseconds(({ full }) => full),
      unit: 'ms',
      note: `ledger ${ledger}: ${aboutLedger(decoded)}`,
    },
    {
      what: 'the reader: facts, all hashes checked',
      value: milliseconds(({ reader }) => reader),
      unit: 'ms',
    },
    { ...ratio('as fast as the full decode', 'full'), ...(hasLimits ? { least: 25 } : {}) },
    ratio("as fast as the SDK's plain objects (`schema.decode`)", 'plain'),
    ratio('as fast as `decodeLedger`, the same facts by the SDK', 'facts'),
    ratio('as fast as stellar-xdr-json, the JSON of all values (WebAssembly)', 'json'),
    { what: 'heap of the full decode', value: heap.full / 1000, unit: 'kB' },
    { what: 'heap of the reader', value: heap.reader / 1000, unit: 'kB' },
    { what: 'of the heap of the full decode', value: (100 * heap.reader) / heap.full, unit: '%', limit: 2 },
  ];
}

function aboutLedger({ bytes, transactions, contractTransfers }: DecodedLedger): string {
  return `${(bytes / 1000).toFixed(0)} kB, ${transactions} transactions, ${contractTransfers} transfers by contracts`;
}

function ratios({ rounds }: DecodeCosts, peer: Peer): number[] {
  return rounds.map((round) => round[peer] / round.reader);
}

function spread(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}`;
}
