import { once } from 'node:events';
import type { ListenOptions } from 'node:net';
import { type DrainOptions, DrainableServer } from './drainable.ts';
import type { HttpServer } from './http-server.ts';

/** Listens on a port (0: any free one) or as `net.Server.listen` is told, and resolves once it does. Rejects if it cannot. */
export async function listen(
  server: HttpServer,
  where: number | ListenOptions,
  options: DrainOptions = {},
): Promise<DrainableServer> {
  const drainable = new DrainableServer(server, options);
  const listening = once(server, 'listening');
  server.listen(typeof where === 'number' ? { port: where } : where);
  await listening;
  return drainable;
}
