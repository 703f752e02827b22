import type { TestProgram } from '@stellar-insights/devstack/testing';
import { median, type Measurement } from '../measurement.ts';
import { preciseCpuTimeMs } from '../process-time.ts';
import { RawLoad } from './raw-load.ts';
import { readAnswer } from './ready-answer.ts';
import type { ApiStage } from './stage.ts';

const CONNECTIONS = 100;
/** Of a round. Short rounds in turn meet the same disturbances. */
const REQUESTS = 500;
const WARM_UP = 10;
const LEAST = 0.85;

interface Read {
  readonly what: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Cost {
  readonly ms: number;
  readonly cpuMs: number;
}

/** Kept answers against ready bytes behind the same middleware, in turn; medians of all rounds. */
export async function measureCachedReads(stage: ApiStage, rounds: number): Promise<Measurement[]> {
  const asset = encodeURIComponent(stage.history.busiestAsset);
  const list = '/api/v1/corridors';
  const reads: Read[] = [
    { what: '50 corridors', path: list, headers: {} },
    { what: '50 corridors in br', path: list, headers: { 'Accept-Encoding': 'br' } },
    { what: 'one corridor', path: `${list}/${asset}/${asset}`, headers: {} },
  ];
  const url = await stage.api.url();
  const answers = await Promise.all(reads.map(({ path, headers }) => readAnswer(`${url}${path}`, headers)));
  const peer = await stage.startSameBytes(answers);
  const measurements: Measurement[] = [];
  for (const [place, read] of reads.entries()) {
    await using ours = await Contestant.start(stage.api, read);
    await using theirs = await Contestant.start(peer, { ...read, path: `/api/v1/same-bytes/${place}` });
    const costs = await inTurn(ours, theirs, rounds);
    measurements.push(...compared(read.what, costs));
  }
  return measurements;
}

/** One program under load. */
class Contestant implements AsyncDisposable {
  readonly #program: TestProgram;
  readonly #load: RawLoad;

  private constructor(program: TestProgram, load: RawLoad) {
    this.#program = program;
    this.#load = load;
  }

  static async start(program: TestProgram, { path, headers }: Read): Promise<Contestant> {
    const port = Number(new URL(await program.url()).port);
    return new Contestant(program, await RawLoad.open({ port, path, headers }, CONNECTIONS));
  }

  async round(): Promise<Cost> {
    const before = preciseCpuTimeMs(this.#program.pid);
    const ms = await this.#load.send(REQUESTS);
    return { ms, cpuMs: preciseCpuTimeMs(this.#program.pid) - before };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#load[Symbol.asyncDispose]();
  }
}

async function inTurn(ours: Contestant, theirs: Contestant, rounds: number): Promise<[Cost, Cost][]> {
  const costs: [Cost, Cost][] = [];
  for (let round = -WARM_UP; round < rounds; round += 1) {
    const both: [Cost, Cost] = [await ours.round(), await theirs.round()];
    if (round >= 0) costs.push(both);
  }
  return costs;
}

function compared(what: string, costs: readonly [Cost, Cost][]): Measurement[] {
  const ratios = (of: (cost: Cost) => number) => costs.map(([mine, other]) => of(other) / of(mine));
  const medianOf = (place: 0 | 1, of: (cost: Cost) => number) => median(costs.map((both) => of(both[place])));
  const rates = ([0, 1] as const).map((place) =>
    medianOf(place, ({ ms }) => (REQUESTS / ms) * 1000).toFixed(0),
  );
  const cpu = ([0, 1] as const).map((place) =>
    medianOf(place, ({ cpuMs }) => (cpuMs * 1000) / REQUESTS).toFixed(0),
  );
  return [
    {
      what: `${what}: requests a second, against the same bytes`,
      value: median(ratios(({ ms }) => ms)),
      unit: '×',
      least: LEAST,
      note: `${rates.join(' and ')}; ${spread(ratios(({ ms }) => ms))}`,
    },
    {
      what: `${what}: requests a second of CPU time, against the same bytes`,
      value: median(ratios(({ cpuMs }) => cpuMs)),
      unit: '×',
      least: LEAST,
      note: `${cpu.join(' and ')} µs each; ${spread(ratios(({ cpuMs }) => cpuMs))}`,
    },
  ];
}

/** The middle half. */
function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number) => (sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN).toFixed(2);
  return `${at(0.25)}–${at(0.75)}`;
}
