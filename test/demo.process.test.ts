import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processTree } from '@stellar-insights/devstack';
import { TestProgram, type Finished } from '@stellar-insights/devstack/testing';
import { startProgram } from '@stellar-insights/devstack/vitest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { source } from './support/repository.ts';
import { expectNothingLeft, type Traces } from './support/traces.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-test-'));
  chmodSync(folder, 0o755); // Postgres, dropped to another account, has to pass.
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const startDemo = (...args: readonly string[]) =>
  startProgram({ name: 'demo', args: [source('scripts/demo/main.ts'), ...args], env: { TMPDIR: folder } });

/** The demo itself, all processes that it started and every port that it named. */
function tracesOf({ pid, output }: TestProgram): Traces {
  const ports = [...output.matchAll(/(?:localhost|127\.0\.0\.1):(\d+)/g)].map(([, port]) => Number(port));
  return { pids: processTree(pid), ports: [...new Set(ports)], folder };
}

/** What the commands show that the demo prints for following events: one line of SSE, the type of one WebSocket frame. */
async function firstEvents(output: string): Promise<string[]> {
  const [, , url = ''] = /^ {2}SSE +(curl -N) '(\S+)'$/m.exec(output) ?? [];
  const [, address = '', frame = ''] =
    /^ {2}WebSocket +npx -y wscat -c (\S+) -w 3600 -x '(.+)'$/m.exec(output) ?? [];
  return await Promise.all([firstLine(url), firstFrame(address, frame)]);
}

/** What the demo shows again and again once there is something to show. */
const SHOWN = [
  /^corridor +attempts/m,
  /^XLM → XLM +\d+ +\d+\.\d %/m,
  /^ledger \d+, closed/m,
  /^ {2}pools: \d+, worth [\d,]+ XLM, .*, read \d+ s ago$/m,
  /^ {2}trustlines: [\d,]+ of [\d,]+ assets, \d+ not authorized, read \d+ s ago$/m,
  /^ {2}anchors: (none yet|\d+ \w+).*, (read \d+ s ago|without a reading)$/m,
  /^ {2}older ledgers: 40 of 40 loaded with \d+ transactions, done$/m,
  /webhook: [1-9]\d* verified deliveries(?!, )/,
];

/** Runs the examples of the client's README, one after the other, on the API of the demo. */
async function runExamples(output: string): Promise<Finished> {
  const readme = readFileSync(source('packages/client/README.md'), 'utf8');
  const code = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block).join('\n');
  return await TestProgram.run({
    name: 'examples',
    args: ['--input-type=module-typescript', '-e', code],
    env: { API_URL: /^ {2}API +(\S+)\/api\/v1/m.exec(output)?.[1] ?? '' },
    folder: source('.'),
  });
}

async function firstLine(url: string): Promise<string> {
  const { body } = await fetch(url);
  if (body === null) throw new TypeError('found no stream, expected one');
  let text = '';
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    const line = text.split('\n').find((each) => each.startsWith('data: {"type":"event"'));
    if (line !== undefined) return line;
  }
  throw new TypeError(`found ${text}, expected an event`);
}

function firstFrame(address: string, frame: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(address);
    socket.addEventListener('open', () => socket.send(frame));
    socket.addEventListener('message', ({ data }) => {
      const { type } = JSON.parse(String(data)) as { type: string };
      if (type !== 'event') return;
      socket.close();
      resolve(type);
    });
  });
}

describe('pnpm demo', () => {
  test('stops when its time is up, and leaves nothing behind but the data that it is asked to keep', async () => {
    const demo = await startDemo('--port', '0', '--close-interval', '0.5', '--for', '5', '--keep');
    await demo.printed('Logs ');
    const traces = tracesOf(demo);
    // The runner, five supervisors, Redis, Postgres and its helpers, the network, the worker, the api.
    expect(traces.pids.length).toBeGreaterThan(11);
    expect(traces.ports).toHaveLength(7);

    expect(await demo.ended()).toEqual({ code: 0, signal: null });
    expect(demo.output).toMatch(/^api stopped in .*: clean, exit 0$/m);
    expect(demo.output).toMatch(/^worker stopped in .*: clean, exit 0$/m);
    expect(demo.output).toMatch(/^demo stopped in .* after its time was up: clean, exit 0$/m);
    const [, kept = ''] = /^Kept: (\S+)$/m.exec(demo.output) ?? [];
    expect(readdirSync(join(kept, 'facts-lake'))).toContain('lake.json');
    rmSync(kept, { recursive: true });
    await expectNothingLeft(traces);
  });

  test('shows corridors and the state of the network, and events by the commands that it prints and to the examples of the client, and leaves nothing behind when its runner is killed', async () => {
    const demo = await startDemo('--port', '0');
    await demo.printed(/^ledger \d+, closed/m);
    const traces = tracesOf(demo);
    const [shown, examples] = await Promise.all([
      firstEvents(demo.output),
      runExamples(demo.output),
      ...SHOWN.map((text) => demo.printed(text)),
    ]);
    expect(shown).toEqual([expect.stringContaining('"event"'), 'event']);
    expect(examples).toMatchObject({ code: 0, stderr: '' });
    expect(examples.stdout).toMatch(/^from the ledgers \d+ to \d+$/m);
    expect(examples.stdout).toMatch(/^\w+-\d+ \S+ \S+ [\d.]+$/m);

    expect(await demo.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
    await expectNothingLeft(traces);
  });

  test('is rolled back when it is interrupted while it starts', async () => {
    const demo = await startDemo('--port', '0');
    await demo.printed('up after');
    const traces = tracesOf(demo);
    expect(await demo.stop('SIGINT')).toEqual({ code: 75, signal: null });
    await expectNothingLeft(traces);
  });

  test('refuses a wrong option with exit 2 and its usage', async () => {
    const demo = await startDemo('--port', '70000');
    expect(await demo.ended()).toEqual({ code: 2, signal: null });
    expect(demo.output).toContain('found --port 70000, expected a whole number from 0 to 65535');
    expect(demo.output).toContain('usage: pnpm demo');
  });
});
