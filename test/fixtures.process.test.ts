import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { TestProgram } from '@stellar-insights/devstack/testing';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { openSource, readLedgers } from '@stellar-insights/ledger/sources';
import { createNetwork, writeLake } from '@stellar-insights/simnet';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { downloadLedgers, type DownloadOptions } from '../scripts/fixtures/download-ledgers.ts';
import { fixtureFile, type KnownLedger } from '../scripts/fixtures/real-ledgers.ts';
import { realLake, realLedgersAbsent } from './real-ledgers.ts';
import { source } from './support/repository.ts';

const PASSPHRASE = 'Simulated Network ; 2026';
const never = new AbortController().signal;

describe('a download of known ledgers', () => {
  let root: string;
  let folder: string;
  const truth: LedgerFacts[] = [];
  /** What the server sends instead of the file with this name. */
  let instead: { file: string; answer: RequestListener } | undefined;
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url?.slice(1) ?? '';
    requests.push(path);
    if (path === instead?.file) {
      instead.answer(request, response);
      return;
    }
    readFile(join(root, 'lake', path)).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end(),
    );
  });

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'fixtures-'));
    const network = createNetwork({
      seed: 'fixtures',
      passphrase: PASSPHRASE,
      startLedger: 1000,
      startTime: Date.UTC(2026, 0, 1),
    });
    await writeLake(join(root, 'lake'), network, {
      ledgers: 3,
      ledgersPerBatch: 1,
      batchesPerPartition: 64_000,
      extension: 'zst',
      onLedger: (ledger) => truth.push(ledger.truth),
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  beforeEach(async () => {
    instead = undefined;
    requests.length = 0;
    folder = await mkdtemp(join(root, 'out-'));
  });

  afterAll(async () => {
    server.close();
    await rm(root, { recursive: true });
  });

  const known = (): KnownLedger[] => truth.map(({ header: { sequence, hash } }) => ({ sequence, hash }));

  async function download(options: Partial<DownloadOptions> = {}): Promise<string[]> {
    const states: string[] = [];
    await downloadLedgers({
      lake: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      folder,
      ledgers: known(),
      networkPassphrase: PASSPHRASE,
      signal: never,
      onLedger: (_, state) => states.push(state),
      source: { retry: { attempts: 2, baseMs: 1 } },
      ...options,
    });
    return states;
  }

  async function files(): Promise<string[]> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  }

  it('writes a lake of those ledgers', async () => {
    expect(await download()).toEqual(['downloaded', 'downloaded', 'downloaded']);
    const range = { from: 1000, to: 1002, networkPassphrase: PASSPHRASE };
    expect(await Array.fromAsync(readLedgers(openSource({ lake: folder }), range, never))).toStrictEqual(
      truth,
    );
    expect((await files()).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('keeps the ledgers that are present, and replaces a damaged one', async () => {
    await download();
    await writeFile(join(folder, fixtureFile(1001)), 'damaged');
    requests.length = 0;
    expect(await download()).toEqual(['present', 'downloaded', 'present']);
    expect(requests).toEqual(['.config.json', fixtureFile(1001)]);
    expect(await download()).toEqual(['present', 'present', 'present']);
  });

  const whole = async () => readFile(join(root, 'lake', fixtureFile(1001)));
  it.each<[string, RequestListener, string]>([
    ['404', (_, response) => response.writeHead(404).end(), 'ledger_missing'],
    ['503', (_, response) => response.writeHead(503).end(), 'lake_unreachable'],
    [
      'a truncated file',
      async (_, response) => response.end((await whole()).subarray(0, -20)),
      'ledger_corrupt',
    ],
    [
      'a connection that ends early',
      async (_, response) => {
        const bytes = await whole();
        response.writeHead(200, { 'content-length': bytes.length });
        response.write(bytes.subarray(0, 20), () => response.destroy());
      },
      'lake_unreachable',
    ],
    [
      'another ledger',
      async (_, response) => response.end(await readFile(join(root, 'lake', fixtureFile(1002)))),
      'ledger_mislabelled',
    ],
    ['a web page', (_, response) => response.end('<html>'), 'ledger_corrupt'],
  ])('fails on %s with a code, and leaves no file of that ledger and no lake', async (_, answer, code) => {
    instead = { file: fixtureFile(1001), answer };
    await expect(download()).rejects.toMatchObject({ code, ledger: 1001 });
    expect(await files()).toEqual([basename(fixtureFile(1000))]);
    instead = undefined;
    expect(await download()).toEqual(['present', 'downloaded', 'downloaded']);
  });

  it('fails on a genuine ledger with another hash than the known one', async () => {
    const ledgers = known().with(1, { sequence: 1001, hash: '0'.repeat(64) });
    await expect(download({ ledgers })).rejects.toMatchObject({ code: 'hash_mismatch', ledger: 1001 });
    expect(await files()).toHaveLength(1);
  });

  it('fails on a ledger of another network', async () => {
    await expect(download({ networkPassphrase: 'Another Network' })).rejects.toMatchObject({
      code: 'wrong_network',
    });
    expect(await files()).toEqual([]);
  });
});

describe('pnpm fixtures', () => {
  const fixtures = (...args: string[]) =>
    TestProgram.run({ args: [source('scripts/fixtures/main.ts'), ...args] });
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fixtures-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.skipIf(realLedgersAbsent)('copies the real ledgers from a lake that has them', async () => {
    const { stdout } = await fixtures('--lake', realLake, '--out', folder);
    expect(stdout).toMatch(/^30822015 downloaded\n(\d+ downloaded\n){5}6 ledgers in /);
    expect((await fixtures('--lake', realLake, '--out', folder)).stdout).toMatch(/^(\d+ present\n){6}6 led/);
  });

  it('ends with exit 1 and the reason if the lake has none', async () => {
    expect(await fixtures('--lake', folder, '--out', join(folder, 'out'))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^manifest_invalid: found no manifest/) as string,
    });
  });

  it('ends with exit 2 and its usage after a wrong option', async () => {
    expect(await fixtures('--form', 'x')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('usage: pnpm fixtures') as string,
    });
  });
});
