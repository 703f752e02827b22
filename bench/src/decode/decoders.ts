import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { DecodedLedger, DecoderAnswer, DecoderQuestion, Way } from '../programs/decoder.ts';

export interface LedgerPlace {
  readonly lake: string;
  readonly ledger: number;
}

/** Nothing is collected while the bytes of a decode are counted. */
export const HEAP_FLAGS = ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128'];

const program = resolve(import.meta.dirname, '../programs/decoder.ts');

/**
 * Programs that each decode one ledger in one way, in turn. Each has a heap of its own: what one leaves behind is not collected
 * on the account of another.
 */
export class Decoders<W extends Way> implements Disposable {
  readonly decoded: DecodedLedger;
  readonly #programs: ReadonlyMap<W, ChildProcess>;

  private constructor(decoded: DecodedLedger, programs: ReadonlyMap<W, ChildProcess>) {
    this.decoded = decoded;
    this.#programs = programs;
  }

  /** @throws Error if a program ends before it is ready */
  static async start<W extends Way>(
    ways: readonly [W, ...W[]],
    { lake, ledger }: LedgerPlace,
    flags: readonly string[] = [],
  ): Promise<Decoders<W>> {
    const execArgv = ['--conditions=@stellar-insights/source', ...flags];
    const programs = new Map<W, ChildProcess>();
    let decoded: DecodedLedger | undefined;
    for (const way of ways) {
      const child = fork(program, [way, lake, String(ledger)], { execArgv });
      programs.set(way, child);
      decoded = (await answerOf(child)) as DecodedLedger;
    }
    if (decoded === undefined) throw new Error('found no way to decode, expected one');
    return new Decoders(decoded, programs);
  }

  /** What a decode costs in each way: µs of CPU time, or bytes of heap. */
  async costs(of: DecoderQuestion): Promise<Readonly<Record<W, number>>> {
    const costs: [W, number][] = [];
    for (const [way, child] of this.#programs) {
      child.send(of);
      const { cost } = (await answerOf(child)) as { readonly cost: number };
      costs.push([way, cost]);
    }
    return Object.fromEntries(costs) as Record<W, number>;
  }

  /** As many rounds, one after the other. */
  async rounds(count: number): Promise<Readonly<Record<W, number>>[]> {
    const rounds: Readonly<Record<W, number>>[] = [];
    for (let round = 0; round < count; round++) rounds.push(await this.costs('time'));
    return rounds;
  }

  [Symbol.dispose](): void {
    for (const child of this.#programs.values()) child.kill();
  }
}

async function answerOf(child: ChildProcess): Promise<DecoderAnswer> {
  const ended = new AbortController();
  const end = (): void => ended.abort(new Error('a decoder ended, expected its answer'));
  child.once('exit', end);
  try {
    const [answer] = (await once(child, 'message', { signal: ended.signal })) as [DecoderAnswer];
    return answer;
  } finally {
    child.off('exit', end);
  }
}
