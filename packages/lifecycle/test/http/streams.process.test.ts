import { expect, test } from 'vitest';
import { get, rawPeer } from './raw-peer.ts';
import { startServer } from '../program.ts';

const EVENT = 'event: server_shutdown\nretry: \\d\\d\ndata: (\\{.*\\})\n\n';

test('an event stream gets the notice at once, outlives the drain, gets it again as its last event, and ends', async () => {
  const program = await startServer('http-server');
  const stream = await rawPeer(program.port);
  stream.send(get('/events', 'Accept: text/event-stream'));
  await stream.receivedMatch(/data: hello/);
  const slow = await rawPeer(program.port);
  slow.send(get('/slow'));
  await program.printed(/request \/slow/);
  await program.announceStop();

  await stream.receivedMatch(new RegExp(EVENT));
  expect(slow.received).toBe('');
  await slow.closed;
  expect(slow.received).toMatch(/slow$/);
  expect(await stream.closed).toBe('end');
  const notices = [...stream.received.matchAll(new RegExp(EVENT, 'g'))].map(
    ([, data]) => JSON.parse(data ?? '') as { reconnect_after_ms: number },
  );
  expect(notices).toMatchObject([
    { message: 'bye', last_id: '7' },
    { message: 'bye', last_id: '7' },
  ]);
  for (const { reconnect_after_ms } of notices) {
    expect(reconnect_after_ms).toBeGreaterThanOrEqual(10);
    expect(reconnect_after_ms).toBeLessThanOrEqual(20);
  }
  expect(stream.received).toMatch(/\r\n0\r\n\r\n$/);
  const ended = await program.ended();
  expect(ended.code).toBe(0);
  expect(ended.counts('http')).toMatchObject({ inFlight: 1, finished: 1, cut: 0 });
  expect(ended.counts('event-streams')).toEqual({ clients: 1, closed: 1, terminated: 0, left: 0 });
});

test('an event stream is closed no sooner than 500 ms after its notice', async () => {
  const program = await startServer('http-server');
  const stream = await rawPeer(program.port);
  stream.send(get('/events'));
  await stream.receivedMatch(/data: hello/);
  await program.announceStop();
  await stream.receivedMatch(/server_shutdown/);
  const noticed = performance.now();
  await stream.closed;

  // Measured from the arrival of the notice, which a busy machine may see late.
  expect(performance.now() - noticed).toBeGreaterThan(400);
  expect((await program.ended()).code).toBe(0);
});

test('a handler that writes to its stream after the lifecycle closed it does no harm', async () => {
  const program = await startServer('http-server');
  const stream = await rawPeer(program.port);
  stream.send(get('/late-write'));
  await stream.receivedMatch(/hello/);
  await program.announceStop();

  expect(await stream.closed).toBe('end');
  expect(stream.received).toMatch(/event: server_shutdown\n[^\r]*\r\n0\r\n\r\n$/);
  expect(await program.ended()).toMatchObject({ code: 0, report: { outcome: 'clean', errors: [] } });
});

test('a response marked as a stream is not waited for by the drain, and gets no event it would not understand', async () => {
  const program = await startServer('http-server', { DRAIN_BUDGET: '1' });
  const watcher = await rawPeer(program.port);
  watcher.send(get('/watch'));
  await watcher.receivedMatch(/watching/);
  await program.announceStop();

  expect(await watcher.closed).toBe('end');
  expect(watcher.received).not.toContain('server_shutdown');
  const ended = await program.ended();
  expect(ended).toMatchObject({ code: 0, report: { outcome: 'clean' } });
  expect(ended.counts('event-streams')).toMatchObject({ clients: 1, closed: 1 });
});

test('without an owner, event streams end with the drain, after the last answer', async () => {
  const program = await startServer('http-server', { STREAMS: 'none' });
  const stream = await rawPeer(program.port);
  stream.send(get('/events'));
  await stream.receivedMatch(/data: hello/);
  const slow = await rawPeer(program.port);
  slow.send(get('/slow'));
  await program.printed(/request \/slow/);
  await program.announceStop();

  await slow.closed;
  expect(slow.received).toMatch(/slow$/);
  expect(await stream.closed).toBe('end');
  expect(stream.received).toMatch(/\r\n0\r\n\r\n$/);
  expect((await program.ended()).code).toBe(0);
});

test('a stream whose client reads nothing is terminated in time', async () => {
  const program = await startServer('http-server', { STREAMS_BUDGET: '2' });
  const stalled = await rawPeer(program.port);
  stalled.send(get('/flood'));
  await stalled.receivedMatch(/data: hello/);
  stalled.socket.pause();
  await program.printed(/flooded/);
  await program.announceStop();

  const ended = await program.ended();
  expect(ended).toMatchObject({ code: 0, report: { outcome: 'clean' } });
  expect(ended.counts('event-streams')).toEqual({ clients: 1, closed: 0, terminated: 1, left: 0 });
});
