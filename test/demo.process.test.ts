import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { processTree } from '@stellar-insights/devstack';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { sourceArgs } from './support/repository.ts';
import { leftOf, NOTHING, type Traces } from './support/traces.ts';

/** "Live within a minute", which here includes the wait for a busy machine. */
const LIVE = { timeout: 60_000, interval: 50 };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-test-'));
  chmodSync(folder, 0o755); // Postgres, dropped to another account, has to pass.
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

class Demo {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly exit: Promise<unknown[]>;
  output = '';

  constructor(...args: readonly string[]) {
    this.#child = spawn(process.execPath, sourceArgs('scripts/demo/main.ts', ...args), {
      env: { PATH: process.env['PATH'], TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exit = once(this.#child, 'close');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    onTestFinished(async () => {
      this.signal('SIGKILL');
      await this.exit;
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async said(pattern: RegExp): Promise<void> {
    await vi.waitFor(() => {
      if (!pattern.test(this.output)) throw new Error(`${pattern} was not said:\n${this.output}`);
    }, LIVE);
  }

  /** Itself, everything it started and every port it named. */
  get traces(): Traces {
    const ports = [...this.output.matchAll(/(?:localhost|127\.0\.0\.1):(\d+)/g)].map(([, port]) =>
      Number(port),
    );
    return { pids: processTree(Number(this.#child.pid)), ports: [...new Set(ports)], folder };
  }
}

describe('pnpm demo', { timeout: 120_000 }, () => {
  test('shows corridors, stops by itself when its time is up, and leaves nothing behind', async () => {
    const demo = new Demo('--port', '0', '--close-interval', '0.5', '--for', '5');
    await demo.said(/^corridor +attempts/m);
    const { traces } = demo;
    // The runner, five supervisors, Redis, Postgres and its helpers, the network, the worker, the api.
    expect(traces.pids.length).toBeGreaterThan(11);
    expect(traces.ports).toHaveLength(5);

    expect(await demo.exit).toEqual([0, null]);
    expect(demo.output).toMatch(/^XLM → XLM +\d+ +\d+\.\d %/m);
    expect(demo.output).toMatch(/^api stopped in .*: clean, exit 0$/m);
    expect(demo.output).toMatch(/^worker stopped in .*: clean, exit 0$/m);
    expect(demo.output).toMatch(/^demo stopped in .* after its time was up: clean, exit 0$/m);
    expect(await leftOf(traces)).toEqual(NOTHING);
  });

  test('leaves nothing behind when its runner is killed', async () => {
    const demo = new Demo('--port', '0');
    await demo.said(/^ledger \d+, closed/m);
    const { traces } = demo;
    demo.signal('SIGKILL');
    await demo.exit;
    expect(await leftOf(traces)).toEqual(NOTHING);
  });

  test('is rolled back when it is interrupted while it starts', async () => {
    const demo = new Demo('--port', '0');
    await demo.said(/up after/);
    const { traces } = demo;
    demo.signal('SIGINT');
    expect(await demo.exit).toEqual([75, null]);
    expect(await leftOf(traces)).toEqual(NOTHING);
  });

  test.for([
    [['--port', '70000'], 'found --port 70000, expected a whole number from 0 to 65535'],
    [['--for', 'ever'], 'found --for ever, expected 1 to 86400 seconds'],
    [['--close-interval', '0'], 'found --close-interval 0'],
    [['--colour'], "Unknown option '--colour'"],
    [['now'], 'now'],
  ] as const)('refuses %j with exit 2 and its usage', async ([args, message]) => {
    const demo = new Demo(...args);
    expect(await demo.exit).toEqual([2, null]);
    expect(demo.output).toContain(message);
    expect(demo.output).toContain('usage: pnpm demo');
  });
});
