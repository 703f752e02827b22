import { type Candidate, candidates } from './candidates.ts';
import type { Scenario, Value, Values } from './scenario.ts';

export type Results = Readonly<Partial<Record<Candidate, Values>>>;

/**
 * Runs a scenario with every candidate, `runs` times; the medians. A candidate that exited only at a timeout is not
 * run again: it would take as long.
 */
export async function measure(scenario: Scenario, runs: number): Promise<Results> {
  const all = new Map<Candidate, Values[]>(
    (scenario.candidates ?? candidates).map((candidate) => [candidate, []]),
  );
  for (let run = 0; run < (scenario.once ? 1 : runs); run += 1) {
    const queue = [...all].filter(([, values]) => !values.some(tookToTimeout));
    const lane = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) next[1].push(await scenario.run(next[0]));
    };
    await Promise.all(Array.from({ length: scenario.concurrency }, lane));
  }
  return Object.fromEntries([...all].map(([candidate, values]) => [candidate, medians(values)]));
}

function tookToTimeout({ exit }: Values): boolean {
  return typeof exit === 'number' && exit > 2000;
}

function medians(runs: readonly Values[]): Values {
  const settled = runs.find(tookToTimeout);
  if (settled) return settled;
  const keys = Object.keys(runs[0] ?? {});
  return Object.fromEntries(keys.map((key) => [key, median(runs.map((values) => values[key] ?? ''))]));
}

/** The middle one; of words the most frequent. */
function median(values: readonly Value[]): Value {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length === values.length) return numbers.sort((a, b) => a - b)[numbers.length >> 1] ?? 0;
  const count = (value: Value): number => values.filter((other) => other === value).length;
  return [...values].sort((a, b) => count(b) - count(a))[0] ?? '';
}
