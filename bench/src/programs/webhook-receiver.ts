/**
 * A receiver of webhooks: 204, after BENCH_ANSWER_MS. `PUT /N` begins a round of so many deliveries; its end is a line of JSON:
 * how long it took from the first to the last, and when each operation arrived if the path ends with `/arrivals`.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

const answerMs = Number(process.env['BENCH_ANSWER_MS'] ?? 0);
let expected = 0;
let received = 0;
let firstAt = 0;
let arrivals: Record<string, number> | undefined;

const server = createServer((request, response) => {
  if (request.method === 'PUT') {
    const [, deliveries, mode] = request.url?.split('/') ?? [];
    [expected, received, arrivals] = [Number(deliveries), 0, mode === 'arrivals' ? {} : undefined];
    response.end();
    return;
  }
  const arrivedAt = Date.now();
  if (arrivals === undefined) request.resume();
  else void text(request).then((body) => record(body, arrivedAt));
  request.once('end', () => {
    count(arrivedAt);
    const answer = (): void => void response.writeHead(204).end();
    if (answerMs === 0) answer();
    else setTimeout(answer, answerMs);
  });
});
server.listen(0, '127.0.0.1', () => console.log(`listening ${(server.address() as AddressInfo).port}`));

function record(body: string, arrivedAt: number): void {
  const { data } = JSON.parse(body) as { data: { op_id: string } };
  if (arrivals !== undefined) arrivals[data.op_id] ??= arrivedAt;
}

function count(arrivedAt: number): void {
  received += 1;
  if (received === 1) firstAt = arrivedAt;
  // In the next turn of the event loop, when the last body is recorded.
  if (received === expected)
    setImmediate(() => console.log(JSON.stringify({ ms: arrivedAt - firstAt, arrivals })));
}
