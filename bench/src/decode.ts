import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import type { DecodeHeap, DecodeRound, DecodeTimes } from './programs/decode-costs.ts';
import { isMissed, measurementTable, median, type Measurement } from './measurement.ts';

const USAGE = `usage: pnpm bench decode [--lake DIR] [--ledger N] [--rounds N] [--json] [--check]
  --lake     a data lake with a real ledger; default: LEDGER_FIXTURES, else what \`pnpm fixtures\` wrote
  --ledger   the ledger; default: 53312000
  --rounds   of decodes by the SDK and by the reader, all in turn; default: 15
  --json     print JSON instead of a table
  --check    exit with 1 if a limit is missed

The limits are those of ledger 53312000.`;

/** Of 372 kB and 163 transactions, of which one calls a contract. */
const USUAL_LEDGER = 53_312_000;
const program = resolve(import.meta.dirname, 'programs/decode-costs.ts');
/** Nothing is collected while the bytes of a decode are counted. */
const HEAP_FLAGS = ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128'];

/** What a decode by the fast reader costs against the SDK's. Resolves to the exit code. */
export async function benchDecode(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      lake: { type: 'string', default: process.env['LEDGER_FIXTURES'] ?? '.fixtures/ledgers' },
      ledger: { type: 'string', default: String(USUAL_LEDGER) },
      rounds: { type: 'string', default: '15' },
      json: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
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
  const costs = await measure(values.lake, ledger, rounds);
  const measurements = measurementsOf(costs);
  console.log(
    values.json ? JSON.stringify(documentOf(costs, measurements), null, 2) : measurementTable(measurements),
  );
  const missed = measurements.filter(isMissed).map(({ what }) => what);
  if (missed.length > 0) console.error(`missed: ${missed.join('; ')}`);
  return values.check && missed.length > 0 ? 1 : 0;
}

interface DecodeCosts extends DecodeTimes {
  readonly heap: DecodeHeap;
}

/** Times are measured with Node's own settings, in a process of their own. */
async function measure(lake: string, ledger: number, rounds: number): Promise<DecodeCosts> {
  const args = [lake, String(ledger), String(rounds)];
  const times = await run<DecodeTimes>([], ['times', ...args]);
  return { ...times, heap: await run<DecodeHeap>(HEAP_FLAGS, ['heap', ...args]) };
}

async function run<Costs>(flags: readonly string[], args: readonly string[]): Promise<Costs> {
  const own = ['--conditions=@stellar-insights/source'];
  const { stdout } = await promisify(execFile)(process.execPath, [...own, ...flags, program, ...args]);
  return JSON.parse(stdout) as Costs;
}

/** `ratio_vs_sdk`: how many times as fast as the SDK's full decode. `heap_vs_sdk`: its share of the SDK's heap. */
function documentOf(costs: DecodeCosts, measurements: readonly Measurement[]) {
  const { ledger, bytes, transactions, contractTransfers, heap } = costs;
  return {
    ledger,
    bytes,
    transactions,
    contract_transfers: contractTransfers,
    ratio_vs_sdk: median(ratios(costs, 'full')),
    heap_vs_sdk: heap.reader / heap.full,
    measurements,
  };
}

function measurementsOf(costs: DecodeCosts): Measurement[] {
  const { ledger, bytes, transactions, contractTransfers, rounds, heap } = costs;
  const milliseconds = (of: (round: DecodeRound) => number) => median(rounds.map(of)) / 1000;
  const hasLimits = ledger === USUAL_LEDGER;
  const about = `ledger ${ledger}: ${(bytes / 1000).toFixed(0)} kB, ${transactions} transactions, ${contractTransfers} transfers by contracts`;
  return [
    {
      what: "stellar-sdk's full decode (`LedgerCloseMeta.fromXdr`)",
      value: milliseconds(({ full }) => full),
      unit: 'ms',
      note: about,
    },
    {
      what: 'the reader: facts, all hashes checked',
      value: milliseconds(({ reader }) => reader),
      unit: 'ms',
    },
    {
      what: 'as fast as the full decode',
      value: median(ratios(costs, 'full')),
      unit: '×',
      ...(hasLimits ? { least: 25 } : {}),
      note: spread(ratios(costs, 'full')),
    },
    {
      what: "as fast as the SDK's plain objects (`schema.decode`)",
      value: median(ratios(costs, 'plain')),
      unit: '×',
      note: spread(ratios(costs, 'plain')),
    },
    {
      what: 'as fast as `decodeLedger`, the same facts by the SDK',
      value: median(ratios(costs, 'facts')),
      unit: '×',
      note: spread(ratios(costs, 'facts')),
    },
    { what: 'heap of the full decode', value: heap.full / 1000, unit: 'kB' },
    { what: 'heap of the reader', value: heap.reader / 1000, unit: 'kB' },
    { what: 'of the heap of the full decode', value: (100 * heap.reader) / heap.full, unit: '%', limit: 2 },
  ];
}

function ratios({ rounds }: DecodeCosts, peer: Exclude<keyof DecodeRound, 'reader'>): number[] {
  return rounds.map((round) => round[peer] / round.reader);
}

function spread(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}`;
}
