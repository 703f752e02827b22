import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { ShutdownReport } from '@stellar-insights/lifecycle';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly report: ShutdownReport;
}

export interface Program {
  readonly port: number;
  /** Everything it printed so far, on both streams. */
  output(): string;
  /** Resolves once it has printed something like this. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Asks it to stop; resolves when it has begun to. */
  announceStop(): Promise<void>;
  ended(): Promise<Ended>;
}

/** Runs a program of `test/programs` until the test ends at the latest. */
export async function startProgram(name: string, env: Record<string, string> = {}): Promise<Program> {
  const path = fileURLToPath(new URL(`../programs/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@stellar-insights/source', path], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });

  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const printed = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(output);
        if (!match) return;
        listeners.delete(look);
        resolve(match);
      };
      listeners.add(look);
      look();
      void exited.then(() => reject(new Error(`${name} ended without printing ${pattern}:\n${output}`)));
    });

  const [, port] = await printed(/^listening (\d+)$/m);
  return {
    port: Number(port),
    output: () => output,
    printed,
    async announceStop() {
      child.kill('SIGTERM');
      await printed(/stopping after SIGTERM/);
    },
    async ended() {
      const [code, signal] = await exited;
      const report = /^\{"type":"shutdown_report".*$/m.exec(output)?.[0];
      if (report === undefined) throw new Error(`${name} ended without a report:\n${output}`);
      return { code, signal, report: JSON.parse(report) as ShutdownReport };
    },
  };
}

/** The counts of one resource in the report. */
export function countsOf({ report }: Ended, resource: string): Readonly<Record<string, number>> {
  const found = report.phases.flatMap(({ resources }) => resources).find(({ name }) => name === resource);
  if (!found) throw new Error(`no resource ${resource} in ${JSON.stringify(report)}`);
  return found.counts ?? {};
}
