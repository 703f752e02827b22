import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { requireSource } from '../src/commands/options.ts';
import { networkConfig } from '../src/network-config.ts';

/** A server that answers `getNetwork` and keeps the headers of the last call. */
async function rpcServer(): Promise<{ url: string; headers: () => IncomingHttpHeaders }> {
  let headers: IncomingHttpHeaders = {};
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    ({ headers } = request);
    const { id } = (await json(request)) as { id: number };
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: { passphrase: 'Test network' } }));
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, headers: () => headers };
}

it('a command sends STELLAR_RPC_HEADERS to the server of STELLAR_RPC_URL and to no other', async () => {
  const [own, other] = [await rpcServer(), await rpcServer()];
  const config = networkConfig({ STELLAR_RPC_URL: own.url, STELLAR_RPC_HEADERS: 'x-api-key=key' });
  const { signal } = new AbortController();
  for (const values of [{}, { rpc: `${own.url}/path` }]) {
    await requireSource(values, config).networkPassphrase(signal);
    expect(own.headers()).toHaveProperty('x-api-key', 'key');
  }
  await requireSource({ rpc: other.url }, config).networkPassphrase(signal);
  expect(other.headers()).not.toHaveProperty('x-api-key');
});
