import { resolve } from 'node:path';
import { TestProgram } from '@stellar-insights/devstack/testing';
import { onTestFinished } from 'vitest';

const program = resolve(import.meta.dirname, '../../src/main.ts');

/** An API in a process of its own on a free port, without rate limits, killed at the end of the test at the latest. */
export async function startApi(
  env: Readonly<Record<string, string>>,
  ...nodeOptions: readonly string[]
): Promise<TestProgram> {
  const api = await TestProgram.start({
    args: [...nodeOptions, program],
    name: 'api',
    env: { API_PORT: '0', API_ADMIN_PORT: '0', API_RATE_LIMIT_PER_ADDRESS: '0', ...env },
    port: /"port":(\d+)\},"msg":"the API is served"/,
  });
  onTestFinished(() => api[Symbol.asyncDispose]());
  return api;
}

interface Listening {
  readonly msg?: string;
  readonly address: { readonly port: number };
}

/** What the api's admin port answers: the status and the JSON. */
export async function adminAnswer(api: TestProgram, path: string): Promise<[number, unknown]> {
  const response = await fetch(`${await adminUrl(api)}${path}`);
  return [response.status, await response.json()];
}

export async function adminUrl(api: TestProgram): Promise<string> {
  const { address } = await api.logged<Listening>(({ msg }) => msg === 'health and metrics are served');
  return `http://127.0.0.1:${address.port}`;
}
