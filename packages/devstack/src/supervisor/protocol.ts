/** A program to start: what `spawn` takes, as plain data that crosses the channel. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** What the program sees as its own name, where it differs from `command`. */
  readonly argv0?: string;
  /** All it sees of the environment. Default: `serverEnv`. */
  readonly env?: Readonly<Record<string, string>>;
  /** The account to drop to; only root may name one. */
  readonly account?: Account;
  /** The name of the Docker container that `command` runs in the foreground. */
  readonly container?: string;
}

/** PATH, and English messages. The runner's PG* and REDIS* variables must not reach a server; Docker's must reach its client. */
export function serverEnv({ container }: Program): NodeJS.ProcessEnv {
  return { ...(container ? process.env : { PATH: process.env['PATH'] }), LC_ALL: 'C', TZ: 'UTC' };
}

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** How a program ended: with a code, or by a signal. Both are null if its supervisor died first. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export type Request =
  | { readonly op: 'run'; readonly program: Program }
  | {
      readonly op: 'start';
      readonly program: Program;
      readonly log: string;
      readonly stopSignal: NodeJS.Signals;
    }
  | { readonly op: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly op: 'end' };

/** The answer to each request. The answer to `end` is the supervisor's exit. */
export interface Results {
  run: { readonly code: number | null; readonly output: string };
  start: null;
  signal: null;
  end: null;
}

/** From the supervisor: it is ready, a request is answered, its server has started or ended. */
export type Notice =
  | { readonly type: 'ready'; readonly folder: string }
  | { readonly type: 'answer'; readonly id: number; readonly result: Results[keyof Results] }
  | { readonly type: 'refusal'; readonly id: number; readonly message: string }
  | { readonly type: 'started'; readonly pid: number }
  | { readonly type: 'exited'; readonly exit: Exit };
