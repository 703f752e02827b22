/** What a server with `ws` alone delivers: a POST tells it how many events to send to all of its clients. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { frameOf } from '../fan-out/events.ts';

const server = createServer((request, response) => {
  response.end();
  void publish(Number(request.url?.slice(1)));
});
const webSockets = new WebSocketServer({ server });
server.listen(0, '127.0.0.1', () => console.log(`listening ${(server.address() as AddressInfo).port}`));

async function publish(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    // Serialized once, as whoever knows `ws` would do it.
    const frame = Buffer.from(frameOf(index));
    for (const client of webSockets.clients) client.send(frame, { binary: false });
    await nextTurn();
  }
}
