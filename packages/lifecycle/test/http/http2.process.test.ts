import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import { describe, expect, onTestFinished, test } from 'vitest';
import { rawPeer } from './raw-peer.ts';
import { startServer, type ServerProgram } from '../program.ts';

const EVERY_STREAM = 2 ** 31 - 1;

describe.each(['http2', 'h2c'])('a draining %s server', (PROTOCOL) => {
  async function session(program: ServerProgram): Promise<ClientHttp2Session> {
    const scheme = PROTOCOL === 'http2' ? 'https' : 'http';
    const client = connect(`${scheme}://127.0.0.1:${program.port}`, { rejectUnauthorized: false });
    onTestFinished(() => client.destroy());
    client.on('error', () => undefined);
    await once(client, 'remoteSettings');
    return client;
  }

  test('says GOAWAY without a last stream at once, answers what is in flight, then ends the session', async () => {
    const program = await startServer('http-server', { PROTOCOL });
    const client = await session(program);
    const slow = answerOf(client.request({ ':path': '/slow' }));
    const body = answerOf(client.request({ ':path': '/body' }));
    await program.printed(/request \/slow[^]*request \/body|request \/body[^]*request \/slow/);
    const goaway = once(client, 'goaway');
    const closed = once(client, 'close');
    await program.announceStop();

    expect((await goaway).slice(0, 2)).toEqual([0, EVERY_STREAM]);
    expect(await slow).toEqual({ status: 200, text: 'slow' });
    expect(await body).toEqual({ status: 200, text: 'xxxxxxxxxxend' });
    await closed;
    const ended = await program.ended();
    expect(ended).toMatchObject({ code: 0, report: { outcome: 'clean' } });
    expect(ended.counts('http')).toMatchObject({ inFlight: 2, finished: 2, cut: 0, socketsClosed: 1 });
  });

  test('serves a session opened while it is a lame duck, and sends GOAWAY with its first request', async () => {
    const program = await startServer('http-server', { PROTOCOL, READINESS_DELAY: '1' });
    await program.announceStop();
    const client = await session(program);
    const goaway = once(client, 'goaway');

    expect(await answerOf(client.request({ ':path': '/' }))).toEqual({ status: 200, text: 'ok' });
    await goaway;
    expect((await program.ended()).code).toBe(0);
  });

  test('closes idle sessions and peers that have said nothing', async () => {
    const program = await startServer('http-server', { PROTOCOL });
    const idle = await session(program);
    const idleClosed = once(idle, 'close');
    const mute = await rawPeer(program.port);
    await program.announceStop();

    await idleClosed;
    await mute.closed;
    const ended = await program.ended();
    expect(ended).toMatchObject({ code: 0, report: { outcome: 'clean' } });
  });

  test('ends an event stream with a last event, next to requests of the same session', async () => {
    const program = await startServer('http-server', { PROTOCOL });
    const client = await session(program);
    const events = answerOf(client.request({ ':path': '/events', accept: 'text/event-stream' }));
    const slow = answerOf(client.request({ ':path': '/slow' }));
    await program.printed(/request \/events[^]*request \/slow|request \/slow[^]*request \/events/);
    await program.announceStop();

    expect(await slow).toEqual({ status: 200, text: 'slow' });
    expect((await events).text).toMatch(/data: hello\n\n(event: server_shutdown\n[^]*){2}$/);
    const ended = await program.ended();
    expect(ended.code).toBe(0);
    expect(ended.counts('event-streams')).toMatchObject({ clients: 1, closed: 1 });
  });

  test('cuts the stream that outlives the budget', async () => {
    const program = await startServer('http-server', { PROTOCOL, DRAIN_BUDGET: '0.3' });
    const client = await session(program);
    const hanging = client.request({ ':path': '/hang' });
    hanging.on('error', () => undefined);
    const closed = once(hanging, 'close');
    await program.printed(/hanging/);
    await program.announceStop();

    await closed;
    const ended = await program.ended();
    expect(program.output).toContain('aborted request_cut, connection there');
    expect(ended).toMatchObject({ code: 1, report: { outcome: 'forced' } });
    expect(ended.counts('http')).toMatchObject({ inFlight: 1, finished: 0, cut: 1 });
  });
});

async function answerOf(stream: ClientHttp2Stream): Promise<{ status: number | undefined; text: string }> {
  let status: number | undefined;
  let text = '';
  stream.setEncoding('utf8');
  stream.on('response', (headers) => (status = headers[':status']));
  stream.on('data', (chunk: string) => (text += chunk));
  await once(stream, 'close');
  return { status, text };
}
