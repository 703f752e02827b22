/** What an HTTP client alone delivers: `POST /N` makes it send so many webhooks, BENCH_AT_ONCE at a time. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OutboundClient, parseNetworks } from '@stellar-insights/outbound';
import { Agent, request } from 'undici';
import { benchEvent } from '../fan-out/events.ts';

const url = process.env['BENCH_URL'] ?? '';
const atOnce = Number(process.env['BENCH_AT_ONCE'] ?? 1);
const headers = {
  'content-type': 'application/json',
  'webhook-id': 'evt_0f3a9c5be271_1042',
  'webhook-timestamp': '1893456000',
  'webhook-signature': 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
};
const { event, data } = benchEvent(0, []);
const body = JSON.stringify({
  id: headers['webhook-id'],
  type: event,
  timestamp: '2030-01-01T00:00:00.000Z',
  data,
});

const senders: Readonly<Record<string, () => () => Promise<unknown>>> = {
  bare: () => {
    const dispatcher = new Agent({ connections: atOnce });
    return async () => (await request(url, { method: 'POST', body, headers, dispatcher })).body.dump();
  },
  guarded: () => {
    const client = new OutboundClient({ allowedNetworks: parseNetworks('127.0.0.0/8'), connections: atOnce });
    return async () => client.request({ method: 'POST', url, body, headers });
  },
};

const send = senders[process.env['BENCH_SENDER'] ?? '']?.();
if (send === undefined)
  throw new TypeError(`found no BENCH_SENDER, expected ${Object.keys(senders).join(' or ')}`);

const server = createServer((asked, response) => {
  response.end();
  let left = Number(asked.url?.slice(1));
  const lane = async (): Promise<void> => {
    while (left-- > 0) await send();
  };
  for (let each = 0; each < atOnce; each += 1) void lane();
});
server.listen(0, '127.0.0.1', () => console.log(`listening ${(server.address() as AddressInfo).port}`));
