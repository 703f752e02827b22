import { expect, test } from 'vitest';
import { startServer } from '../program.ts';
import { get, rawPeer } from './raw-peer.ts';

const CONNECT = 'CONNECT localhost:5432 HTTP/1.1\r\nHost: localhost\r\n\r\n';

test('an upgrade in flight gets its answer; who then speaks its protocol is left to close it, and counted', async () => {
  const program = await startServer('upgrades');
  const peer = await rawPeer(program.port);
  peer.send(get('/slow', 'Connection: Upgrade', 'Upgrade: echo'));
  await program.printed('upgrade /slow');
  await program.announceStop();

  await peer.receivedMatch(/^HTTP\/1.1 101 Switching Protocols\r\n\r\nhello$/);
  const ended = await program.ended();
  expect(ended.code).toBe(0);
  expect(ended.counts('http')).toMatchObject({ inFlight: 1, finished: 1, cut: 0, handedOver: 1 });
});

test('a tunnel is in flight until its client ends it', async () => {
  const program = await startServer('upgrades');
  const peer = await rawPeer(program.port);
  peer.send(CONNECT);
  await peer.receivedMatch(/Established\r\n\r\n$/);
  await program.announceStop();
  peer.send('still there');
  await peer.receivedMatch(/still there$/);
  peer.socket.end();

  expect(await peer.closed).toBe('end');
  const ended = await program.ended();
  expect(ended).toMatchObject({ code: 0, report: { outcome: 'clean' } });
  expect(ended.counts('http')).toMatchObject({ inFlight: 1, finished: 1, cut: 0, handedOver: 0 });
});

test('an upgrade without an answer and a tunnel are cut when the budget runs out, named and counted', async () => {
  const program = await startServer('upgrades', { DRAIN_BUDGET: '0.1' });
  const [tunnel, waiting] = [await rawPeer(program.port), await rawPeer(program.port)];
  tunnel.send(CONNECT);
  await tunnel.receivedMatch(/Established/);
  waiting.send(get('/slow?token=secret', 'Connection: Upgrade', 'Upgrade: echo'));
  await program.printed('upgrade /slow');
  await program.announceStop();

  await Promise.all([tunnel.closed, waiting.closed]);
  const ended = await program.ended();
  expect(ended).toMatchObject({ code: 1, report: { outcome: 'forced' } });
  expect(ended.resource('http').waitedFor).toMatch(
    /^2 requests: CONNECT localhost:5432 \(\d\.\d s\), GET \/slow \(upgrade\) \(\d\.\d s\)$/,
  );
  expect(ended.counts('http')).toMatchObject({ inFlight: 2, finished: 0, cut: 2 });
});
