import { describe, expect, it } from 'vitest';
import type { Simnet } from '@stellar-insights/simnet';
import { quietSimnet } from './quiet-simnet.ts';

async function send({ urls }: Simnet, method: string, path: string, body?: unknown) {
  const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const response = await fetch(`${urls.control}${path}`, init);
  return { status: response.status, body: await response.json() };
}

describe('the control endpoint', () => {
  it('returns the state of the simulator', async () => {
    await using simnet = await quietSimnet();
    expect(await send(simnet, 'GET', '')).toEqual({
      status: 200,
      body: { oldestLedger: 100, latestLedger: 129, faults: { rpc: null, horizon: null, anchors: {} } },
    });
  });

  it('replaces all faults by those it is sent', async () => {
    await using simnet = await quietSimnet({ history: 1 });
    const faults = {
      rpc: { kind: 'stale', latestLedger: 100 },
      horizon: { kind: 'rate_limited', retryAfterSeconds: 3 },
      anchors: { 'usd.anchor.example': 'unlisted' },
    };
    expect(await send(simnet, 'PUT', '/faults', faults)).toMatchObject({ status: 200, body: { faults } });
    expect(simnet.faults).toEqual(faults);
    expect((await fetch(`${simnet.urls.horizon}/ledgers`)).status).toBe(429);
    await send(simnet, 'PUT', '/faults', { rpc: { kind: 'garbage' } });
    expect(simnet.faults).toEqual({ rpc: { kind: 'garbage' }, horizon: null, anchors: {} });
    await send(simnet, 'PUT', '/faults', {});
    expect(simnet.faults).toEqual({ rpc: null, horizon: null, anchors: {} });
  });

  it('sets faults of paging and of slow anchors', async () => {
    await using simnet = await quietSimnet({ history: 1 });
    const faults = {
      rpc: null,
      horizon: { kind: 'paging', how: 'goes_back' },
      anchors: { 'usd.anchor.example': { kind: 'slow', delayMs: 20 }, 'eur.anchor.example': 'changed' },
    };
    expect(await send(simnet, 'PUT', '/faults', faults)).toMatchObject({ status: 200, body: { faults } });
  });

  it('moves an anchor', async () => {
    await using simnet = await quietSimnet({ history: 1 });
    const move = { from: 'usd.anchor.example', to: 'new.usd.anchor.example' };
    expect(await send(simnet, 'POST', '/anchor-move', move)).toMatchObject({ status: 200 });
    const { network } = simnet;
    const issuer = network.cast.dollar.issuer.id;
    while (network.store.account(issuer)?.homeDomain !== move.to) simnet.closeLedger();
    expect(await send(simnet, 'POST', '/anchor-move', { from: 'nowhere.example', to: 'x' })).toMatchObject({
      status: 400,
    });
  });

  it('cuts the history', async () => {
    await using simnet = await quietSimnet();
    expect(await send(simnet, 'POST', '/history-cut', { keep: 4 })).toMatchObject({
      status: 200,
      body: { oldestLedger: 126, latestLedger: 129 },
    });
  });

  it.each([
    ['PUT', '/faults', { rpc: { kind: 'loud' } }],
    ['PUT', '/faults', { rpc: { kind: 'slow' } }],
    ['PUT', '/faults', { server: null }],
    ['PUT', '/faults', { anchors: { 'usd.anchor.example': 'rude' } }],
    ['PUT', '/faults', { horizon: { kind: 'paging', how: 'oddly' } }],
    ['PUT', '/faults', { rpc: { kind: 'paging', how: 'repeats' } }],
    ['PUT', '/faults', { anchors: { 'usd.anchor.example': { kind: 'slow' } } }],
    ['PUT', '/faults', []],
    ['PUT', '/faults', undefined],
    ['POST', '/history-cut', { keep: 0 }],
    ['POST', '/history-cut', { keep: '4' }],
  ])('refuses %s %s with %j, saying what it expected', async (method, path, body) => {
    await using simnet = await quietSimnet({ history: 2 });
    const answer = await send(simnet, method, path, body);
    expect(answer.status).toBe(400);
    expect(simnet.faults).toEqual({ rpc: null, horizon: null, anchors: {} });
    expect(simnet.history.oldest.sequence).toBe(100);
  });

  it('knows no other place', async () => {
    await using simnet = await quietSimnet({ history: 1 });
    expect((await send(simnet, 'DELETE', '/faults')).status).toBe(404);
  });
});
