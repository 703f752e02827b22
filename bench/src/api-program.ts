import { resolve } from 'node:path';
import { TestProgram } from '@stellar-insights/devstack/testing';

/** The API as it runs in production. */
const API = resolve(import.meta.dirname, '../../apps/api/dist/main.js');

/** Starts the built API without rate limits, and waits until it is ready. */
export async function startApi(env: Readonly<Record<string, string>>): Promise<TestProgram> {
  const api = await TestProgram.start({
    name: 'api',
    command: process.execPath,
    args: [API],
    env: {
      API_PORT: '0',
      API_ADMIN_PORT: '0',
      API_RATE_LIMIT_PER_ADDRESS: '0',
      API_RATE_LIMIT_PER_KEY: '0',
      ...env,
    },
    port: /"port":(\d+)\},"msg":"the API is served"/,
  });
  await api.ready();
  return api;
}
