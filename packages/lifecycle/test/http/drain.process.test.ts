import { describe, expect, test } from 'vitest';
import { get, rawPeer } from './raw-peer.ts';
import { startServer } from '../program.ts';

/** Long enough to do something while the server is a lame duck, without hurry. */
const LAME_DUCK = { READINESS_DELAY: '1' };

describe.each(['http', 'https'])('a draining %s server', (PROTOCOL) => {
  const tls = PROTOCOL === 'https';

  test('answers a request in flight whole, says that the connection closes, and exits clean', async () => {
    const program = await startServer('http-server', { PROTOCOL });
    const peer = await rawPeer(program.port, { tls });
    peer.send(get('/slow'));
    await program.printed(/request \/slow/);
    await program.announceStop();

    expect(await peer.closed).toBe('end');
    expect(peer.received).toMatch(/^HTTP\/1.1 200 OK\r\nConnection: close\r\n[^]*\r\n\r\nslow$/);
    const ended = await program.ended();
    expect(ended).toMatchObject({ code: 0, report: { outcome: 'clean' } });
    expect(ended.counts('http')).toMatchObject({
      inFlight: 1,
      accepted: 0,
      finished: 1,
      cut: 0,
      socketsClosed: 1,
    });
  });

  test('serves new connections, and the next request on a kept-alive one, as the last on each', async () => {
    const program = await startServer('http-server', { PROTOCOL, ...LAME_DUCK });
    const kept = await rawPeer(program.port, { tls });
    kept.send(get('/'));
    await kept.receivedMatch(/ok$/);
    expect(kept.received).toContain('Connection: keep-alive');
    await program.announceStop();

    kept.received = '';
    kept.send(get('/'));
    const fresh = await rawPeer(program.port, { tls });
    fresh.send(get('/later'));

    expect(await kept.closed).toBe('end');
    expect(kept.received).toMatch(/Connection: close\r\n[^]*ok$/);
    expect(await fresh.closed).toBe('end');
    expect(fresh.received).toMatch(/Connection: close\r\n[^]*later$/);
    const ended = await program.ended();
    expect(ended.code).toBe(0);
    expect(ended.report.readiness.connections).toBe(1);
    expect(ended.counts('http')).toMatchObject({ inFlight: 0, accepted: 2, finished: 2 });
  });

  test('serves an HTTP/1 request whatever version it names', async () => {
    const program = await startServer('http-server', { PROTOCOL, ...LAME_DUCK });
    const peer = await rawPeer(program.port, { tls });
    peer.send('GET / HTTP/2.0\r\nHost: localhost\r\n\r\n');
    await peer.receivedMatch(/ok$/);
    await program.announceStop();
    const late = await rawPeer(program.port, { tls });
    late.send('GET /later HTTP/2.0\r\nHost: localhost\r\n\r\n');
    await late.receivedMatch(/later$/);
    expect((await program.ended()).code).toBe(0);
  });

  test('overrules a handler that says keep-alive', async () => {
    const program = await startServer('http-server', { PROTOCOL, ...LAME_DUCK });
    await program.announceStop();
    const peer = await rawPeer(program.port, { tls });
    peer.send(get('/stubborn'));

    expect(await peer.closed).toBe('end');
    expect(peer.received).toMatch(/^HTTP\/1.1 200 Fine\r\nConnection: close\r\n/);
    expect(peer.received).not.toMatch(/keep-alive/i);
    expect((await program.ended()).code).toBe(0);
  });

  test('closes idle, never-used and half-open connections', async () => {
    const program = await startServer('http-server', { PROTOCOL });
    const idle = await rawPeer(program.port, { tls });
    idle.send(get('/'));
    await idle.receivedMatch(/ok$/);
    const unused = await rawPeer(program.port, { tls });
    const half = await rawPeer(program.port, { tls });
    half.send('GET / HTTP/1.1\r\nHost: lo');
    const unsecured = await rawPeer(program.port);
    // Answered, so what was sent before it has arrived too.
    const last = await rawPeer(program.port, { tls });
    last.send(get('/'));
    await last.receivedMatch(/ok$/);
    await program.announceStop();

    const peers = [idle, unused, half, unsecured, last];
    expect(await Promise.all(peers.map(({ closed }) => closed))).toEqual(peers.map(() => 'end'));
    const ended = await program.ended();
    expect(ended.code).toBe(0);
    expect(ended.counts('http')).toMatchObject({ inFlight: 0, socketsClosed: 5, socketsCut: 0 });
  });

  test('finishes a body whose head was sent before the stop, then closes its kept-alive connection', async () => {
    const program = await startServer('http-server', { PROTOCOL });
    const peer = await rawPeer(program.port, { tls });
    peer.send(get('/body'));
    await peer.receivedMatch(/x/);
    await program.announceStop();

    expect(await peer.closed).toBe('end');
    expect(peer.received).toMatch(/3\r\nend\r\n0\r\n\r\n$/);
    expect((await program.ended()).code).toBe(0);
  });

  test('reads the rest of a request body that is still on its way', async () => {
    const program = await startServer('http-server', { PROTOCOL });
    const peer = await rawPeer(program.port, { tls });
    peer.send('POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\nabc');
    await program.printed(/request \/echo/);
    await program.announceStop();
    peer.send('def');

    expect(await peer.closed).toBe('end');
    expect(peer.received.replaceAll(/\r\n\w+\r\n/g, '')).toContain('abc');
    expect(peer.received).toMatch(/def/);
    expect((await program.ended()).code).toBe(0);
  });

  test('cuts what outlives the budget: the signal aborts before the connection goes, and the report names it', async () => {
    const program = await startServer('http-server', { PROTOCOL, DRAIN_BUDGET: '0.3' });
    const peer = await rawPeer(program.port, { tls });
    peer.send(get('/hang?token=secret'));
    await program.printed(/hanging/);
    await program.announceStop();

    await peer.closed;
    expect(peer.received).toBe('');
    const ended = await program.ended();
    expect(program.output).toContain('aborted request_cut, connection there');
    expect(program.output).not.toContain('secret');
    expect(ended).toMatchObject({ code: 1, report: { outcome: 'forced' } });
    expect(ended.report.phases[0]?.resources[0]?.waitedFor).toMatch(/^1 request: GET \/hang \(\d\.\d s\)$/);
    expect(ended.counts('http')).toMatchObject({ inFlight: 1, finished: 0, cut: 1, socketsCut: 1 });
  });
});

test('a draining server answers pipelined requests on one connection, the last of them with the close', async () => {
  const program = await startServer('http-server', LAME_DUCK);
  await program.announceStop();
  const peer = await rawPeer(program.port);
  peer.send(get('/') + get('/later') + get('/'));

  expect(await peer.closed).toBe('end');
  expect(peer.received.match(/^Connection: .*$/gm)).toEqual([
    'Connection: keep-alive',
    'Connection: keep-alive',
    'Connection: close',
  ]);
  expect(peer.received).toMatch(/ok[^]*later[^]*ok$/);
  expect((await program.ended()).code).toBe(0);
});

test('a draining server does not execute what follows the announced last answer', async () => {
  const program = await startServer('http-server', LAME_DUCK);
  const peer = await rawPeer(program.port);
  await program.announceStop();
  peer.send(get('/body'));
  await peer.receivedMatch(/Connection: close[^]*x/);
  peer.send(get('/later'));

  expect(await peer.closed).toBe('end');
  expect(peer.received).toMatch(/end\r\n0\r\n\r\n$/);
  await program.ended();
  expect(program.output).not.toContain('request /later');
});

test('an answer given before the request body has come arrives, although the connection closes', async () => {
  const program = await startServer('http-server', LAME_DUCK);
  await program.announceStop();
  const peer = await rawPeer(program.port);
  peer.send('POST /early HTTP/1.1\r\nHost: localhost\r\nContent-Length: 400000000\r\n\r\n');
  const upload = (): void => {
    if (peer.socket.writable) peer.socket.write('x'.repeat(65_536), () => setImmediate(upload));
  };
  upload();
  await peer.receivedMatch(/Connection: close[^]*enough$/);
  expect(await peer.closed).toBe('end');
  expect((await program.ended()).code).toBe(0);
});

test('a client that leaves before its answer is counted as gone, not as cut', async () => {
  const program = await startServer('http-server');
  const peer = await rawPeer(program.port);
  peer.send(get('/hang'));
  await program.printed(/hanging/);
  await program.announceStop();
  peer.socket.destroy();

  const ended = await program.ended();
  expect(ended.code).toBe(0);
  expect(ended.counts('http')).toMatchObject({ inFlight: 1, abandoned: 1, finished: 0, cut: 0 });
});

test.each([
  ['an upgrade', get('/', 'Connection: Upgrade', 'Upgrade: websocket')],
  ['a request for server-sent events', get('/events', 'Accept: text/event-stream')],
])('a stopping server answers %s with 503 and when to retry', async (_what, request) => {
  const program = await startServer('upgrades', LAME_DUCK);
  await program.announceStop();
  const peer = await rawPeer(program.port);
  peer.send(request);

  expect(await peer.closed).toBe('end');
  expect(peer.received).toMatch(/^HTTP\/1.1 503 Service Unavailable\r\n/);
  expect(peer.received).toMatch(/^Connection: close\r$/m);
  expect(peer.received).toMatch(/^Retry-After: 3\r$/m);
  const ended = await program.ended();
  expect(program.output).not.toMatch(/request|upgrade/);
  expect(ended.counts('http')).toMatchObject({ accepted: 0, refused: 1 });
});

describe('a handler that asks for the stop', () => {
  test('and awaits it is named, as the stop waits for it', async () => {
    const program = await startServer('http-server', { DRAIN_BUDGET: '2' });
    const peer = await rawPeer(program.port);
    peer.send(get('/stop'));

    const { code, stderr, report } = await program.ended();
    expect(code).toBe(1);
    expect(report.reason).toEqual({ kind: 'requested', message: 'a request' });
    expect(stderr).toContain('the stop was asked for within GET /stop, which has not ended since');
  });

  test('and does not await it is answered', async () => {
    const program = await startServer('http-server', LAME_DUCK);
    const peer = await rawPeer(program.port);
    peer.send(get('/stop-later'));

    const { code, stderr } = await program.ended();
    expect(peer.received).toMatch(/stopping$/);
    expect(code).toBe(0);
    expect(stderr).not.toContain('was asked for within');
  });
});
