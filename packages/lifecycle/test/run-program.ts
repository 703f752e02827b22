import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { ResourceReport, ShutdownReport } from '@stellar-insights/lifecycle';

interface Ended {
  readonly code: number | null;
  readonly report: ShutdownReport;
  /** What the report says of a resource. */
  resource(name: string): ResourceReport;
}

export interface RunningProgram {
  /** Resolves once it has printed this line. */
  printed(line: string): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  ended(): Promise<Ended>;
}

/** Runs a program of `test/programs`, until the test ends at the latest. */
export function runProgram(name: string, env: Record<string, string>): RunningProgram {
  const path = fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@stellar-insights/source', path], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'close') as Promise<[number | null]>;
  let output = '';
  let heard = (): void => undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      heard();
    });
  }
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return {
    async printed(line) {
      while (!output.split('\n').includes(line)) {
        if (child.exitCode !== null) throw new Error(`${name} ended without printing "${line}":\n${output}`);
        const next = Promise.withResolvers<void>();
        heard = next.resolve;
        await Promise.race([next.promise, exited]);
      }
    },
    signal: (signal) => void child.kill(signal),
    async ended() {
      const [code] = await exited;
      const line = output.split('\n').find((each) => each.startsWith('{"type":"shutdown_report"'));
      if (line === undefined)
        throw new Error(`${name} ended with code ${code} and without a report:\n${output}`);
      const report = JSON.parse(line) as ShutdownReport;
      return {
        code,
        report,
        resource(wanted) {
          const all = report.phases.flatMap(({ resources }) => resources);
          const found = all.find((each) => each.name === wanted);
          if (!found) throw new Error(`no resource "${wanted}" in ${line}`);
          return found;
        },
      };
    },
  };
}
