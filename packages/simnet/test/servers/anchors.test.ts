import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simnet } from '@stellar-insights/simnet';
import { PASSPHRASE, quietSimnet } from './quiet-simnet.ts';
import { StellarToml } from '@stellar/stellar-sdk';

let simnet: Simnet;
beforeAll(async () => {
  simnet = await quietSimnet({ seed: 'c', history: 1 });
});
afterAll(async () => {
  await simnet[Symbol.asyncDispose]();
});

const fileOf = (domain: string) => `${simnet.urls.anchors}/${domain}/.well-known/stellar.toml`;

/** What the official SDK makes of a domain's file. It takes hosts only, so the file is given one. */
async function resolve(domain: string) {
  const host = createServer((_, response) => {
    void fetch(fileOf(domain)).then(async (file) => response.end(await file.text()));
  });
  host.listen(0, '127.0.0.1');
  await once(host, 'listening');
  try {
    const { port } = host.address() as AddressInfo;
    return await StellarToml.Resolver.resolve(`127.0.0.1:${port}`, { allowHttp: true });
  } finally {
    host.closeAllConnections();
    host.close();
    await once(host, 'close');
  }
}

describe("an anchor's stellar.toml", () => {
  it('lists the issuer whose home domain it is, on every domain that issuers ever have', async () => {
    const { anchors } = simnet.network.cast;
    for (const { asset, homeDomain, nextDomain } of anchors) {
      for (const domain of [homeDomain, nextDomain]) {
        const toml = await resolve(domain);
        expect(toml).toMatchObject({ NETWORK_PASSPHRASE: PASSPHRASE, ACCOUNTS: [asset.issuer.id] });
        expect(toml.CURRENCIES).toMatchObject([{ code: asset.id.split(':')[0], issuer: asset.issuer.id }]);
      }
    }
  });

  it('is found from the home domain that the issuer has in the ledger, also after it moved', async () => {
    const { store, cast } = simnet.network;
    const moved = () => cast.anchors.some(({ asset, nextDomain }) => homeOf(asset.issuer.id) === nextDomain);
    const homeOf = (id: Parameters<typeof store.account>[0]) => store.account(id)?.homeDomain ?? '';
    for (let closed = 0; closed < 1_000 && !moved(); closed += 1) simnet.closeLedger();
    expect(moved()).toBe(true);
    for (const { asset } of cast.anchors) {
      const { ACCOUNTS } = await resolve(homeOf(asset.issuer.id));
      expect(ACCOUNTS).toEqual([asset.issuer.id]);
    }
  });

  it('is absent from other domains', async () => {
    expect((await fetch(fileOf('example.com'))).status).toBe(404);
    expect((await fetch(`${simnet.urls.anchors}/usd.anchor.example/`)).status).toBe(404);
  });

  it('may be unreachable, oversized, or of somebody else, for one domain at a time', async () => {
    const issuer = simnet.network.cast.dollar.issuer.id;
    simnet.faults.anchors = { 'usd.anchor.example': 'unreachable' };
    await expect(fetch(fileOf('usd.anchor.example'))).rejects.toThrow('fetch failed');
    expect((await fetch(fileOf('eur.anchor.example'))).status).toBe(200);

    simnet.faults.anchors = { 'usd.anchor.example': 'oversized' };
    await expect(resolve('usd.anchor.example')).rejects.toThrow('exceeds allowed size');

    simnet.faults.anchors = { 'usd.anchor.example': 'unlisted' };
    expect(JSON.stringify(await resolve('usd.anchor.example'))).not.toContain(issuer);

    simnet.faults.anchors = {};
    expect(JSON.stringify(await resolve('usd.anchor.example'))).toContain(issuer);
  });

  it('may be malformed, redirected, changed or slow', async () => {
    const domain = 'usd.anchor.example';
    const issuer = simnet.network.cast.dollar.issuer.id;
    const before = await (await fetch(fileOf(domain))).text();
    simnet.faults.anchors = { [domain]: 'malformed' };
    expect(await (await fetch(fileOf(domain))).text()).toMatch(/^<!doctype html>/);
    simnet.faults.anchors = { [domain]: 'redirected' };
    expect((await fetch(fileOf(domain), { redirect: 'manual' })).status).toBe(301);
    simnet.faults.anchors = { [domain]: 'changed' };
    const changed = await (await fetch(fileOf(domain))).text();
    expect(changed).toContain(issuer);
    expect(changed).not.toBe(before);
    simnet.faults.anchors = { [domain]: { kind: 'slow', delayMs: 60_000 } };
    const gone = AbortSignal.timeout(50);
    await expect(fetch(fileOf(domain), { signal: gone })).rejects.toThrow('timeout');
    simnet.faults.anchors = {};
  });

  it('moves to another domain when it is asked to, in the next ledger that has transactions', () => {
    const { network } = simnet;
    const [, anchor] = network.cast.anchors;
    if (anchor === undefined) throw new Error('The cast has no second anchor.');
    const homeOf = () => network.stateAt(simnet.history.latest.sequence).account(anchor.asset.issuer.id);
    network.moveAnchor(anchor, 'elsewhere.example');
    let ledger = simnet.closeLedger();
    while (ledger.truth.transactions.length === 0) ledger = simnet.closeLedger();
    expect(homeOf()).toMatchObject({
      homeDomain: 'elsewhere.example',
      modifiedLedger: ledger.sequence,
    });
  });
});
