import { isDeepStrictEqual } from 'node:util';
import type { ShutdownReport } from '@stellar-insights/lifecycle';
import type { Ending } from './app-process.ts';

const LOG_LINES = 8;
const LINE_LENGTH = 400;

/** What a scenario expects; what is left out is not looked at. */
export interface Expected {
  readonly code: number;
  readonly outcome?: ShutdownReport['outcome'] | 'no report';
  /** The phases that are to be forced. */
  readonly forced?: readonly string[];
  /** Resources that are to be reported as forced or failed, among others maybe. */
  readonly unclean?: readonly string[];
  /** Longest time from the signal to the exit. */
  readonly withinSeconds?: number;
}

/** @throws with both sides and the end of the log */
export function expectEnding({ exit, report, seconds, output }: Ending, expected: Expected): void {
  const found: Readonly<Record<string, unknown>> = {
    code: exit.code ?? exit.signal,
    outcome: report?.outcome ?? 'no report',
    forced: report?.phases.filter(({ outcome }) => outcome === 'forced').map(({ name }) => name) ?? [],
    unclean: expected.unclean?.filter((name) => uncleanIn(report).includes(name)),
    withinSeconds: seconds <= (expected.withinSeconds ?? Infinity) ? expected.withinSeconds : seconds,
  };
  const looked = Object.fromEntries(Object.keys(expected).map((name) => [name, found[name]]));
  if (isDeepStrictEqual(looked, expected)) return;
  const lines = output.trimEnd().split('\n').slice(-LOG_LINES);
  const tail = lines.map((line) => line.slice(0, LINE_LENGTH)).join('\n');
  throw new Error(
    `found ${JSON.stringify(looked)}, expected ${JSON.stringify(expected)}; the end of its log:\n${tail}`,
  );
}

function uncleanIn(report: ShutdownReport | undefined): string[] {
  const resources = report?.phases.flatMap((phase) => phase.resources) ?? [];
  return resources.filter(({ outcome }) => outcome !== 'clean').map(({ name }) => name);
}

/** @throws unless it holds */
export function expectThat(holds: boolean, found: string, expected: string): void {
  if (!holds) throw new Error(`found ${found}, expected ${expected}`);
}
