import type { HostProcess } from './host-process.ts';

/** How many handles and requests of each kind keep the event loop alive, e.g. `{ TCPSocketWrap: 2, Timeout: 1 }`. */
export function activeHandles(host: HostProcess): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const kind of host.activeResources()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
