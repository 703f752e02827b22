import { resolve } from 'node:path';
import { TestProgram } from '@stellar-insights/devstack/testing';
import { onTestFinished } from 'vitest';

const program = resolve(import.meta.dirname, '../../src/main.ts');

/** An API in a process of its own on a free port, killed at the end of the test at the latest. */
export async function startApi(env: Readonly<Record<string, string>>): Promise<TestProgram> {
  const api = await TestProgram.start({
    args: [program],
    name: 'api',
    env: { API_PORT: '0', ...env },
    port: /"port":(\d+)\},"msg":"the API is served"/,
  });
  onTestFinished(() => api[Symbol.asyncDispose]());
  return api;
}
