/** The small programs that the process tests of the core run: `core.ts <scenario>`. */
import { execSync } from 'node:child_process';
import {
  lifecycle,
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
