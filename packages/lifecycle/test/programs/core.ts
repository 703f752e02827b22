/** The small programs that the process tests of the core run: `core.ts <scenario>`. */
import { execSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { isMainThread, Worker } from 'node:worker_threads';
import {
  lifecycle,
  LifecycleError,
  shutdownFromEnv,
  type LifecycleOptions,
  type Resource,
} from '@stellar-insights/lifecycle';

type Name = 'drain' | 'database' | 'report';

const phases = [{ name: 'drain', budget: 2 }, { name: 'database', budget: 2 }, { name: 'report' }] as const;
const begin = (options: Partial<LifecycleOptions<Name>> = {}) =>
  lifecycle<Name>({
    name: 'program',
    phases,
    ...shutdownFromEnv(process.env, { readinessDelay: 0 }),
    ...options,
  });
const never = (): Promise<never> => new Promise(() => undefined);
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const database: Resource = { name: 'database', close: () => say('database closed') };
const failsToWrite = (stream: Writable): Promise<boolean> =>
  new Promise((resolve) => stream.write('x', (error) => resolve(error instanceof Error)));
const block = (): never => {
  for (;;);
};

const scenarios: Readonly<Record<string, () => Promise<unknown>>> = {
  clean: async () => {
    const app = begin();
    await app.acquire('database', () => database);
    await app.acquire('drain', () => ({ name: 'http', close: () => say('http closed') }));
    await app.run();
  },
  'odd values': async () => {
    const app = begin();
    const odd = (): never => {
      throw Object.create(null);
    };
    await app.acquire('database', () => ({ ...database, counts: () => null as never, waitingFor: odd }));
    await app.acquire('drain', () => ({
      announce: () => void Promise.reject({ code: 'E_LOST' }),
      close: async () => {
        await delay(20);
        throw Object.assign(Object.create(null), { code: 'E_ODD' });
      },
      force: odd,
    }));
    setTimeout(odd);
    await app.run();
  },
  'raised again': async () => {
    let raised = false;
    process.on('SIGTERM', function raiseAgain(signal) {
      if (!raised) process.kill(process.pid, signal);
      raised = true;
    });
    const app = begin();
    await app.acquire('drain', () => ({ close: () => delay(100) }));
    await app.run();
  },
  runner: () => {
    const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', 'clean'], {
      stdio: 'inherit',
    });
    process.on('SIGINT', (signal) => child.kill(signal));
    return new Promise((resolve) => child.on('exit', (code) => resolve((process.exitCode = code ?? 9))));
  },
  'without SIGHUP': async () => {
    await begin({ signals: ['SIGTERM'] }).run();
  },
  'full stdout': async () => {
    const app = begin({ reportTimeout: 0.5 });
    say('x'.repeat(1_000_000));
    await app.run();
  },
  'writes to stderr': async () => {
    const app = begin();
    await app.acquire('database', () => database);
    const running = app.run();
    // Until the pipe's reader is gone.
    while (!(await failsToWrite(process.stderr))) await delay(10);
    say('wrote');
    await running;
  },
  'two lifecycles': async () => {
    const app = begin();
    await app.acquire('database', () => database);
    try {
      begin({ name: 'another' });
    } catch (error) {
      if (error instanceof LifecycleError) say(`${error.code}: ${error.message}`);
    }
    void app.run();
    await app.stop();
  },
  'one after the other': async () => {
    await begin({ exit: false }).stop();
    say('the first has stopped');
    await begin({ name: 'another' }).stop();
  },
  'service away': async () => {
    const app = begin();
    await app.acquire('database', () => database);
    await app.acquire('drain', async () => {
      // Port 1 of this machine: nobody listens there.
      const socket = connect(1, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    });
  },
  early: async () => {
    await import('@stellar-insights/lifecycle/early');
    say('loading');
    await Promise.race([once(process, 'SIGTERM'), delay(60_000)]);
    const app = begin();
    await app.acquire('database', () => database);
    say('never reached');
  },
  'open handle': async () => {
    setInterval(() => undefined, 1000);
    await begin().run();
  },
  'exit: false': async () => {
    const report = await begin({ exit: false }).run();
    say(`the program goes on after exit ${report.exitCode}`);
    process.exitCode = 9;
  },
  'unreferenced timer': async () => {
    const app = begin();
    await app.acquire('drain', () => ({
      close: () => new Promise((resolve) => setTimeout(resolve, 300).unref()),
    }));
    await app.stop();
  },
  'previous exit': async () => {
    const app = begin();
    say(`previous exit: ${app.previousExit?.pid}`);
    await app.run();
  },
  'hung hook': async () => {
    const app = begin();
    await app.acquire('database', () => database);
    await app.acquire('drain', () => ({ name: 'http', close: never, waitingFor: () => '2 requests' }));
    await app.run();
  },
  'throw in close': async () => {
    const app = begin();
    await app.acquire('database', () => database);
    await app.acquire('drain', () => ({ close: () => Promise.reject(new Error('cannot close')) }));
    await app.run();
  },
  'uncaught exception': async () => {
    const app = begin();
    await app.acquire('database', () => database);
    setTimeout(() => {
      throw new Error('nobody caught this');
    });
    await app.run();
  },
  'unhandled rejection': async () => {
    const app = begin();
    await app.acquire('database', () => database);
    setTimeout(() => void Promise.reject(new Error('nobody handled this')));
    await app.run();
  },
  'failed start': async () => {
    const app = begin();
    await app.acquire('database', () => database);
    await app.acquire('drain', () => Promise.reject(new Error('the port is taken')), { name: 'http' });
    say('never reached');
  },
  'throw between': async () => {
    const app = begin();
    await app.acquire('database', () => database);
    throw new Error('no such table');
  },
  'slow start': async () => {
    const app = begin();
    await app.acquire('database', () => database);
    await app.acquire(
      'drain',
      (signal) =>
        new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
          say('starting');
        }),
      { name: 'http' },
    );
    say('never reached');
  },
  'large report': async () => {
    const app = begin({ timeline: false, reportTimeout: 6 });
    for (let index = 0; index < 400; index += 1) {
      await app.acquire('drain', () => ({ close: never, waitingFor: () => 'x'.repeat(5000) }));
    }
    await app.run();
  },
  'block in close': async () => {
    const app = begin({ reportTimeout: 0.5, timeout: 1 });
    await app.acquire('drain', () => ({
      close: function aLoopThatNeverEnds() {
        say('blocking');
        block();
      },
    }));
    await app.run();
  },
  'late without being blocked': async () => {
    const report = async (): Promise<void> => {
      await delay(80);
      say('the report has arrived');
    };
    const app = begin({ reportTimeout: 0, report });
    // The thread of the watchdog has started then.
    await delay(500);
    await app.stop();
  },
  'block in a thread': async () => {
    if (!isMainThread) {
      const app = begin({ timeout: 0.3, heartbeatLimit: 0.3 });
      await app.acquire('drain', () => ({ close: block }));
      return await app.stop();
    }
    const thread = new Worker(new URL(import.meta.url), { argv: ['block in a thread'] });
    await delay(1200);
    say('the main thread goes on');
    return await thread.terminate();
  },
  'block while running': async () => {
    const app = begin({ heartbeatLimit: 1 });
    setTimeout(function aLoopThatNeverEnds() {
      say('blocking');
      block();
    }, 200);
    await app.run();
  },
  'block in a system call': async () => {
    const app = begin({ timeout: 1 });
    await app.acquire('drain', () => ({ close: () => void execSync('sleep 30') }));
    await app.run();
  },
};

const scenario = scenarios[process.argv[2] ?? ''];
if (scenario === undefined) throw new Error(`expected one of ${Object.keys(scenarios).join(', ')}`);
await scenario();
