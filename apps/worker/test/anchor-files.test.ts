import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { systemClock } from '@stellar-insights/lifecycle';
import { accountOfKey } from '@stellar-insights/ledger';
import { OutboundClient, parseNetworks } from '@stellar-insights/outbound';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fetchAnchorFile } from '../src/anchors/fetch-file.ts';
import { LARGEST_FILE_BYTES, parseStellarToml, StellarTomlError } from '../src/anchors/stellar-toml.ts';

const ONE = 'GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN';
const OTHER = accountOfKey(Buffer.alloc(32, 255));

const EMPTY = {
  organization: null,
  url: null,
  networkPassphrase: null,
  issuers: [],
  assets: [],
  services: {},
};

const parse = (text: string) => parseStellarToml(Buffer.from(text));

/** `read`, or the code of the error. */
function resultOf(bytes: Uint8Array): unknown {
  try {
    return parseStellarToml(bytes).issuers.every((issuer) => issuer === ONE) ? 'read' : 'other issuers';
  } catch (error) {
    return error instanceof StellarTomlError ? error.code : error;
  }
}

describe('a stellar.toml', () => {
  it('names its issuers, its assets, who runs it and its services', () => {
    const file = parse(`\uFEFF# SEP-1
      VERSION="2.7.0"
      NETWORK_PASSPHRASE="Simulated Network"
      ACCOUNTS=["${OTHER}", "${ONE}", "${OTHER}"]
      SIGNING_KEY="${ONE}"
      TRANSFER_SERVER="https://transfer.example"
      SECRET="not read"
      [DOCUMENTATION]
      ORG_NAME="The \\"USDC\\" anchor"
      ORG_URL="https://example.com"
      [[CURRENCIES]]
      code="USDC"
      issuer="${ONE}"
      fixed_number=123456789012345678901234567890
      [[CURRENCIES]]
      code="XLM"
      [[CURRENCIES]]
      toml="https://example.com/other.toml"`);
    expect(file).toStrictEqual({
      organization: 'The "USDC" anchor',
      url: 'https://example.com/',
      networkPassphrase: 'Simulated Network',
      issuers: [ONE, OTHER],
      assets: [`USDC:${ONE}`],
      services: { SIGNING_KEY: ONE, TRANSFER_SERVER: 'https://transfer.example' },
    });
  });

  it('may have any value in any place: what is not as it should be is left out', () => {
    const wrong = ['ACCOUNTS', 'CURRENCIES', 'DOCUMENTATION', 'SIGNING_KEY', 'NETWORK_PASSPHRASE'];
    for (const value of ['1', 'true', '1979-05-27', '[[1], 2, "G"]', '{a = {b = 1}}', '[]', '""']) {
      expect(parse(wrong.map((name) => `${name} = ${value}`).join('\n'))).toStrictEqual(EMPTY);
    }
    expect(parse(`__proto__ = {ACCOUNTS = ["${ONE}"]}\nconstructor.prototype.x = 1`)).toStrictEqual(EMPTY);
    const swapped = ONE.replace('5Z', 'Z5');
    expect(parse(`ACCOUNTS = ["${swapped}", "${ONE.toLowerCase()}", "M${ONE}"]`)).toStrictEqual(EMPTY);
    const codes = ['', 'TOO-LONG-CODE', 'A B', 'ABCDEFGHIJKLM'];
    const currencies = codes.map((code) => `[[CURRENCIES]]\ncode = "${code}"\nissuer = "${ONE}"`);
    expect(parse(currencies.join('\n'))).toStrictEqual({ ...EMPTY, issuers: [ONE] });
    const urls = ['http://a.example', 'javascript:alert(1)', 'https://u:p@a.example', 'a.example'];
    for (const url of urls)
      expect(parse(`[DOCUMENTATION]\nORG_URL = ${JSON.stringify(url)}`)).toStrictEqual(EMPTY);
  });

  it('has texts that are one line, of bounded length, and that every database can hold', () => {
    const name = (toml: string) => parse(`[DOCUMENTATION]\nORG_NAME = ${toml}`).organization;
    expect(name(String.raw`"a\u0000b\nc\u2028d"`)).toBe('a b c d');
    expect(name(`"${'x'.repeat(50_000)}"`)).toBe('x'.repeat(256));
    const emoji = name(`"x${'😀'.repeat(200)}"`) ?? '';
    expect(emoji.isWellFormed()).toBe(true);
    expect(emoji.length).toBe(256);
    expect(name('"\\u0007"')).toBeNull();
  });

  it('may list as many currencies as its size allows', () => {
    const entry = (place: number) => `[[CURRENCIES]]\ncode="C${place}"\nissuer="${ONE}"\n`;
    let toml = '';
    let listed = 0;
    for (; toml.length + entry(listed).length <= LARGEST_FILE_BYTES; listed++) toml += entry(listed);
    expect(listed).toBeGreaterThan(1000);
    expect(parse(toml).assets).toHaveLength(listed);
  });

  it.each([
    ['another encoding', Buffer.from('A = "ä"', 'latin1'), 'file_not_utf8'],
    ['UTF-16', Buffer.from('A = 1', 'utf16le'), 'file_not_toml'],
    ['a web page', Buffer.from('<!doctype html><html></html>'), 'file_not_toml'],
    ['a key twice', Buffer.from('A = 1\nA = 2'), 'file_not_toml'],
    ['a table twice', Buffer.from('[A]\n[A]'), 'file_not_toml'],
    ['deep arrays', Buffer.from(`A = ${'['.repeat(50_000)}`), 'file_not_toml'],
    ['deep tables', Buffer.from(`A = ${'{a='.repeat(30_000)}`), 'file_not_toml'],
    ['an end that does not come', Buffer.from('A = """x'), 'file_not_toml'],
  ])('of %s is refused', (_, bytes, code) => {
    expect(() => parseStellarToml(bytes)).toThrow(expect.objectContaining({ code }) as Error);
  });

  it('of tables in tables without end is read like any other', () => {
    const path = Array.from({ length: 40_000 }, () => 'a').join('.');
    expect(parse(`ACCOUNTS = ["${ONE}"]\n[${path}]\nx = 1`)).toStrictEqual({ ...EMPTY, issuers: [ONE] });
  });

  it('of any bytes is read or refused, and never fails in another way', () => {
    const words = ['ACCOUNTS', 'CURRENCIES', ' = ', '[', ']', '[[', ']]', '"', "'", '\n', '{', '}', '.', ONE];
    const text = fc.array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 30 });
    fc.assert(
      fc.property(
        fc.oneof(
          text.map((parts) => Buffer.from(parts.join(''))),
          fc.uint8Array(),
        ),
        (bytes) => {
          expect(['read', 'file_not_utf8', 'file_not_toml']).toContain(resultOf(bytes));
        },
      ),
    );
  });
});

describe('reading the file of a domain', () => {
  const TOML = `ACCOUNTS = ["${ONE}"]`;

  it('asks once, at the place that SEP-1 gives', async () => {
    const asked: string[] = [];
    const { read } = await site(({ url, headers }, response) => {
      asked.push(`${url} ${headers['accept-encoding']}`);
      response.end(TOML);
    });
    expect(await read('a.example')).toStrictEqual({ file: { ...EMPTY, issuers: [ONE] } });
    expect(asked).toStrictEqual(['/a.example/.well-known/stellar.toml identity']);
  });

  it('follows a few redirects', async () => {
    const { read } = await site(({ url = '' }, response) => {
      const [, count = '0'] = /(\d)$/.exec(url) ?? [];
      const last = url.startsWith('/few.') || url.startsWith('/hop/few') ? 3 : 4;
      if (Number(count) === last) response.end(TOML);
      else
        response
          .writeHead(302, { location: `/hop/${url.includes('few') ? 'few' : 'many'}/${Number(count) + 1}` })
          .end();
    });
    expect(await read('few.example')).toMatchObject({ file: { issuers: [ONE] } });
    expect(await read('many.example')).toMatchObject({ failure: 'file_redirected' });
  });

  it.each<[string, RequestListener]>([
    ['file_not_found', (_, response) => response.writeHead(404).end(TOML)],
    ['file_refused', (_, response) => response.writeHead(403).end(TOML)],
    ['file_refused', (_, response) => response.writeHead(204).end()],
    ['file_redirected', (_, response) => response.writeHead(302, { location: 'ftp://a.example/' }).end()],
    ['file_encoded', (_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(TOML))],
    ['file_too_large', (_, response) => response.end(`# ${'x'.repeat(LARGEST_FILE_BYTES - 1)}`)],
    ['file_not_toml', (_, response) => response.end('<html>')],
    ['file_not_utf8', (_, response) => response.end(Buffer.from([0xff]))],
    ['server_error', (_, response) => response.writeHead(503).end(TOML)],
    ['connection_failed', (_, response) => response.destroy()],
  ])('of a domain without one gives %s', async (failure, listener) => {
    const { read } = await site(listener);
    expect(await read('a.example')).toMatchObject({ failure });
  });

  it('gives up a domain that does not answer', async () => {
    const { read } = await site(() => undefined, { deadlineMs: 100 });
    expect(await read('a.example')).toMatchObject({ failure: 'timed_out' });
  });

  it('reads a file of exactly the size that is allowed', async () => {
    const { read } = await site((_, response) =>
      response.end(`${TOML}\n#${'x'.repeat(LARGEST_FILE_BYTES - TOML.length - 2)}`),
    );
    expect(await read('a.example')).toMatchObject({ file: { issuers: [ONE] } });
  });

  it('says how long a domain wants to be left alone', async () => {
    const { read } = await site((_, response) => response.writeHead(429, { 'retry-after': '120' }).end());
    expect(await read('a.example')).toStrictEqual({ failure: 'rate_limited', retryAfterMs: 120_000 });
  });

  it('reaches no private address, and none by a redirect', async () => {
    const { client } = await site((_, response) => response.end(TOML));
    const options = {
      client: { request: (request: Parameters<typeof client.request>[0]) => client.request(request) },
      baseUrl: 'http://127.0.0.2:8000',
      clock: systemClock,
      signal: new AbortController().signal,
    };
    expect(await fetchAnchorFile('a.example', options)).toMatchObject({ failure: 'address_not_allowed' });
    const { read } = await site((_, response) =>
      response.writeHead(302, { location: 'http://127.0.0.2:8000/' }).end(),
    );
    expect(await read('a.example')).toMatchObject({ failure: 'address_not_allowed' });
  });

  it('rejects with the reason of its signal', async () => {
    const stop = new AbortController();
    const { read } = await site(() => stop.abort(new Error('asked to stop')));
    await expect(read('a.example', stop.signal)).rejects.toThrow('asked to stop');
  });
});

/** A server that stands for all domains. It ends with the test. */
async function site(listener: RequestListener, { deadlineMs = 30_000 } = {}) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new OutboundClient({ allowedNetworks: parseNetworks('127.0.0.1/32'), deadlineMs });
  onTestFinished(async () => {
    client.force();
    await client.close();
    server.closeAllConnections();
    server.close();
  });
  const read = (domain: string, signal = new AbortController().signal) =>
    fetchAnchorFile(domain, { client, baseUrl: `http://127.0.0.1:${port}/`, clock: systemClock, signal });
  return { client, read };
}
