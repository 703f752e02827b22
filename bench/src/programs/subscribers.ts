/**
 * Many clients that only count what they get, so that the server is what takes the time. Prints `subscribed`, and a line of
 * JSON whenever all frames of a round have come.
 */
import { connect } from 'node:net';
import { accountChannelOf } from '../fan-out/events.ts';
import { FrameCounter } from '../fan-out/frame-counter.ts';

const env = (name: string): string => process.env[name] ?? '';
const port = Number(env('BENCH_PORT'));
const clients = Number(env('BENCH_CLIENTS'));
const framesOfRound = Number(env('BENCH_FRAMES'));
/** `none`: everything comes unasked, as from a bare server. `one`: all the same channel. `each`: each its own. */
const channels = env('BENCH_CHANNELS');
const headers = env('BENCH_COMPRESSION') === 'true' ? 'Sec-WebSocket-Extensions: permessage-deflate\r\n' : '';
/** `connected` and `subscription_confirm`. */
const framesBefore = channels === 'none' ? 0 : 2;

/** Masked with zeros. */
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

let subscribed = 0;
let frames = 0;
let bytes = 0;
let beganAt = 0;

for (let index = 0; index < clients; index += 1) open(index);

function open(index: number): void {
  const socket = connect(port, '127.0.0.1');
  const counter = new FrameCounter();
  let isOpen = false;
  let greeted = framesBefore;
  socket.write(
    `GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${headers}\r\n`,
  );
  socket.on('error', (error) => {
    throw error;
  });
  socket.on('data', (chunk: Buffer) => {
    let rest = chunk;
    if (!isOpen) {
      const end = chunk.indexOf('\r\n\r\n');
      if (!chunk.subarray(0, 12).includes('101') || end === -1) throw new Error(chunk.toString());
      isOpen = true;
      rest = chunk.subarray(end + 4);
      if (channels === 'none') countSubscribed();
      else socket.write(maskedText(subscription(index)));
    }
    const { texts: before, pings } = counter;
    counter.push(rest);
    if (counter.pings > pings) socket.write(PONG);
    let came = counter.texts - before;
    if (greeted > 0) {
      const greetings = Math.min(greeted, came);
      greeted -= greetings;
      came -= greetings;
      if (greeted === 0) countSubscribed();
    }
    if (came > 0) count(came, rest.length);
  });
}

function subscription(index: number): string {
  const channel = channels === 'each' ? accountChannelOf(index) : 'payments';
  return JSON.stringify({ type: 'subscribe', channels: [channel] });
}

function countSubscribed(): void {
  subscribed += 1;
  if (subscribed === clients) console.log('subscribed');
}

function count(came: number, length: number): void {
  if (frames === 0) beganAt = performance.now();
  frames += came;
  bytes += length;
  if (frames < framesOfRound) return;
  console.log(JSON.stringify({ frames, bytes, ms: performance.now() - beganAt }));
  frames = 0;
  bytes = 0;
}

/** Masked with zeros, which leaves the text as it is. */
function maskedText(text: string): Buffer {
  const payload = Buffer.from(text);
  const head = Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 255, 0, 0, 0, 0]);
  return payload.length < 126
    ? Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload])
    : Buffer.concat([head, payload]);
}
