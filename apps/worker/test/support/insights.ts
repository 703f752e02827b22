import { resolve } from 'node:path';
import { TestProgram, type Finished } from '@stellar-insights/devstack/testing';
import { startProgram } from '@stellar-insights/devstack/vitest';
import type { Env } from './worker.ts';

const CLI = resolve(import.meta.dirname, '../../src/cli.ts');

/** Runs a command of the CLI in a process of its own. */
export function insights(args: readonly string[], env: Env = {}): Promise<Finished> {
  return TestProgram.run({ name: 'insights', args: [CLI, ...args], env });
}

/** The same, while it runs. It ends with the test at the latest. */
export function startInsights(args: readonly string[], env: Env = {}): Promise<TestProgram> {
  return startProgram({ name: 'insights', args: [CLI, ...args], env });
}

export const range = (from: number, to = from): string[] => ['--from', `${from}`, '--to', `${to}`];
