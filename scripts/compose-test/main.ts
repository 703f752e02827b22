/** Runs the real compose files on a real Docker engine; exit 0 if all holds or no engine can be had. See docs/operations.md. */
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '@stellar-insights/devstack';
import { seconds } from './check.ts';
import { checks } from './checks.ts';
import { ComposeStack } from './compose-stack.ts';
import { Engine, NoEngineError } from './engine.ts';
import { makeLocalImages } from './local-images.ts';

const USAGE = `usage: pnpm test:compose [--report <file>]

Builds the Dockerfile and runs compose.yaml and compose.roles.yaml on the Docker engine that runs, or on one that it starts
and stops (root on Linux; its data is in COMPOSE_TEST_FOLDER, default /var/tmp/stellar-insights-compose-test). An engine that
it starts pulls no image: Debian's packages stand in for Postgres, Redis, HAProxy and Node.

  --report <file>  write {"passed":…,"failed":…,"skipped":…} there
`;

const PROJECT = 'stellar-insights-compose-test';
const IMAGE = 'stellar-insights:compose-test';
const BASE = 'node:24-slim';
const APIS = 3;
const GRACE_SECONDS = 65;
/** The whole test takes 5 to 15 minutes. */
const LIMIT_MINUTES = 60;
const FIRST_LEDGER = 1000;
const repository = resolve(import.meta.dirname, '../..');

function folder(): string {
  const persistent = process.platform === 'linux' ? '/var/tmp' : tmpdir();
  return process.env['COMPOSE_TEST_FOLDER'] || join(persistent, 'stellar-insights-compose-test');
}

async function buildImage(engine: Engine, signal: AbortSignal): Promise<void> {
  const began = performance.now();
  const network = engine.own ? ['--network', 'host'] : [];
  await engine.docker(['build', ...network, '--tag', IMAGE, repository], { signal });
  const took = performance.now() - began;
  // What earlier builds left would grow with each run.
  if (engine.own) await engine.docker(['image', 'prune', '--force'], { signal });
  const [whole, base] = await Promise.all([IMAGE, BASE].map((image) => sizeOf(engine, image)));
  const ofIt = base === undefined ? '' : `, of which ${megabytes((whole ?? 0) - base)} are ours`;
  const standIn = engine.own ? '; its base stands in for node:24-slim' : '';
  print(`pass  the Dockerfile is built (${seconds(took)}): ${megabytes(whole ?? 0)}${ofIt}${standIn}`);
}

async function sizeOf(engine: Engine, image: string): Promise<number | undefined> {
  const size = await engine
    .docker(['image', 'inspect', '--format', '{{.Size}}', image])
    .catch(() => undefined);
  return size === undefined ? undefined : Number(size);
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Resolves to how many checks passed and failed. The first that fails is the last that is run. */
async function play(
  engine: Engine,
  work: string,
  signal: AbortSignal,
): Promise<{ passed: number; failed: number }> {
  const port = await freePort();
  const envFile = join(work, 'empty.env');
  await writeFile(envFile, '');
  const env = {
    STELLAR_INSIGHTS_IMAGE: IMAGE,
    HAPROXY_PUBLISH: `127.0.0.1:${port}`,
    PLATFORM_GRACE_SECONDS: String(GRACE_SECONDS),
    SIMNET_CLOSE_INTERVAL: '1',
    START_LEDGER: String(FIRST_LEDGER),
    METRICS_SYNC_INTERVAL: '5',
    POOL_SYNC_INTERVAL: '5',
    TRUSTLINE_SYNC_INTERVAL: '5',
    ANCHOR_SYNC_INTERVAL: '5',
    // The load comes from one address.
    API_RATE_LIMIT_PER_ADDRESS: '0',
  };
  await using stack = new ComposeStack({ engine, project: PROJECT, repository, env, envFile, signal });
  await stack.remove();
  await buildImage(engine, signal);
  const setting = {
    stack,
    url: `http://127.0.0.1:${port}`,
    apis: APIS,
    firstLedger: FIRST_LEDGER,
    graceSeconds: GRACE_SECONDS,
  };
  let passed = 1;
  for (const { title, run } of checks(setting)) {
    signal.throwIfAborted();
    const began = performance.now();
    try {
      const figures = await unlessAborted(signal, run());
      print(`pass  ${title} (${seconds(performance.now() - began)})${figures ? `\n      ${figures}` : ''}`);
      passed += 1;
    } catch (error) {
      signal.throwIfAborted();
      const message = error instanceof Error ? error.message : 'something that is no error was thrown';
      print(`FAIL  ${title}\n${message.replaceAll(/^/gm, '      ')}\n`);
      print(await stack.compose(['logs', '--no-color', '--tail', '40']).catch(() => ''));
      return { passed, failed: 1 };
    }
  }
  return { passed, failed: 0 };
}

/** A check that waits does not look at the signal. */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Without an engine all of it is skipped. */
async function test(signal: AbortSignal): Promise<Counts> {
  const work = folder();
  await mkdir(work, { recursive: true });
  try {
    await using engine = await Engine.open(work, signal);
    print(await engine.describe());
    if (engine.own) await makeLocalImages(engine, work, signal);
    return { ...(await play(engine, work, signal)), skipped: 0 };
  } catch (error) {
    if (!(error instanceof NoEngineError)) throw error;
    print(`SKIPPED: the compose files were not run. ${error.message}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
}

function options():
  { readonly help?: boolean | undefined; readonly report?: string | undefined } | undefined {
  try {
    return parseArgs({ options: { help: { type: 'boolean' }, report: { type: 'string' } } }).values;
  } catch {
    return undefined;
  }
}

async function main(): Promise<number> {
  const values = options();
  if (values === undefined || values.help === true) {
    (values === undefined ? process.stderr : process.stdout).write(USAGE);
    return values === undefined ? 2 : 0;
  }
  const asked = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => asked.abort());
  const limit = AbortSignal.timeout(LIMIT_MINUTES * 60_000);
  try {
    const counts = await test(AbortSignal.any([asked.signal, limit]));
    if (values.report !== undefined) await writeFile(values.report, JSON.stringify(counts));
    print(
      `\n${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`,
    );
    return counts.failed === 0 ? 0 : 1;
  } catch (error) {
    if (asked.signal.aborted) return 130;
    throw error;
  }
}

process.exit(await main());
