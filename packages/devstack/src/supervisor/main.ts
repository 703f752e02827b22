/**
 * The supervisor: a child process that owns one folder and the programs started in it. It outlives the runner just long
 * enough to stop the programs and remove the folder. A folder that is named as its argument stays.
 *
 * States: serving → ending → gone. Serving answers requests. Ending begins with the request `end`, a signal,
 * a fault of its own, or the end of the channel, which is how a SIGKILL of the runner is noticed.
 * The one terminal transition is the exit, after every program has ended and the folder, if temporary, is removed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeContainer, signalContainer } from './container.ts';
import { sendSignal, signalTree } from './process-tree.ts';
import { serverEnv, type Notice, type Program, type Request, type Results } from './protocol.ts';

const STOP_GRACE_MS = 3000;

interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly program: Program;
  readonly stopSignal: NodeJS.Signals;
  readonly exited: Promise<unknown>;
}

const [, , keptFolder] = process.argv;
if (keptFolder !== undefined) mkdirSync(keptFolder, { recursive: true });
const folder = keptFolder ?? mkdtempSync(join(tmpdir(), 'devstack-'));
const running = new Set<Running>();
let server: Running | undefined;
let ending = false;

process.on('disconnect', end);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, end);
process.on('uncaughtException', end);
process.on('message', (message) => void serve(message as { id: number; request: Request }));
if (process.connected) notify({ type: 'ready', folder });
else end();

async function serve({ id, request }: { id: number; request: Request }): Promise<void> {
  try {
    notify({ type: 'answer', id, result: await answer(request) });
  } catch (error) {
    notify({ type: 'refusal', id, message: error instanceof Error ? error.message : String(error) });
  }
}

async function answer(request: Request): Promise<Results[keyof Results]> {
  if (ending) throw new Error('the supervisor is ending');
  switch (request.op) {
    case 'run':
      return run(request.program);
    case 'start':
      return start(request.program, request.log, request.stopSignal);
    case 'signal':
      if (server) await signalServer(server, request.signal);
      return null;
    case 'end':
      end();
      return null;
  }
}

async function run(program: Program): Promise<Results['run']> {
  const { child, exited } = await launch(program, 'pipe', 'SIGKILL');
  let output = '';
  child.stdout?.on('data', (chunk) => (output += String(chunk)));
  child.stderr?.on('data', (chunk) => (output += String(chunk)));
  await exited;
  return { code: child.exitCode, output };
}

async function start(program: Program, log: string, stopSignal: NodeJS.Signals): Promise<Results['start']> {
  const file = openSync(log, 'w');
  try {
    server = await launch(program, file, stopSignal);
    notify({ type: 'started', pid: server.pid });
    server.child.once('close', (code, signal) => {
      server = undefined;
      notify({ type: 'exited', exit: { code, signal } });
    });
    return null;
  } finally {
    closeSync(file);
  }
}

async function launch(
  program: Program,
  output: 'pipe' | number,
  stopSignal: NodeJS.Signals,
): Promise<Running> {
  const child = spawn(program.command, program.args, {
    ...program.account,
    argv0: program.argv0 ?? program.command,
    cwd: folder,
    env: program.env ?? serverEnv(program),
    stdio: ['ignore', output, output],
  });
  const exited = new Promise((resolve) => child.once('close', resolve));
  if (child.pid === undefined) throw await new Promise<Error>((resolve) => child.once('error', resolve));
  // It is registered before anything is awaited, so that an end at this moment stops it too.
  const started = { child, pid: child.pid, program, stopSignal, exited };
  running.add(started);
  child.once('close', () => running.delete(started));
  return started;
}

async function signalServer({ pid, program }: Running, signal: NodeJS.Signals): Promise<void> {
  if (program.container) await signalContainer(program.container, signal);
  // SIGSTOP, SIGCONT and SIGKILL go to the whole tree, any other signal to its root only.
  else if (signal === 'SIGSTOP' || signal === 'SIGCONT' || signal === 'SIGKILL') signalTree(pid, signal);
  else sendSignal(pid, signal);
}

function end(): void {
  if (ending) return;
  ending = true;
  void windUp();
}

async function windUp(): Promise<void> {
  try {
    await Promise.allSettled([...running].map(stop));
    if (keptFolder === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  } finally {
    process.exit();
  }
}

async function stop(entry: Running): Promise<void> {
  const { container } = entry.program;
  if (!container) {
    signalTree(entry.pid, 'SIGCONT');
    sendSignal(entry.pid, entry.stopSignal);
    await Promise.race([entry.exited, sleep(STOP_GRACE_MS)]);
  }
  if (running.has(entry)) signalTree(entry.pid, 'SIGKILL');
  await entry.exited;
  if (container) await removeContainer(container);
}

function notify(notice: Notice): void {
  if (process.connected) process.send?.(notice, () => undefined);
}
