import type { HttpServer } from '@stellar-insights/lifecycle/http';
import { setTimeout as delay } from 'node:timers/promises';

/** Budgets small enough to see them run out. */
export const phases = [
  { name: 'drain', budget: Number(process.env['DRAIN_BUDGET'] ?? 5) },
  { name: 'streams', budget: Number(process.env['STREAMS_BUDGET'] ?? 3) },
] as const;

/** Prints where the test can connect. */
export function announceListening(server: HttpServer): void {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server does not listen');
  console.log(`listening ${address.port}`);
}

/** Work of a handler that takes a while and ends when its signal aborts. */
export async function slowWork(signal: AbortSignal): Promise<void> {
  console.log('slow began');
  signal.addEventListener('abort', () => console.log(`slow ended: ${signal.reason.code}`));
  await delay(600, undefined, { signal });
}
