import {
  ExitCode,
  lifecycle,
  type Lifecycle,
  type Phase,
  type ShutdownSettings,
} from '@stellar-insights/lifecycle';
import { ConfigError } from '../env/errors.ts';
import type { Env } from '../env/declarations.ts';
import { createLog, type Log } from '../log/create-log.ts';
import { logConsole } from '../log/log-console.ts';
import type { LogLevel } from '../log/log-variables.ts';

/** The part of a configuration that every process has. */
export interface ProcessConfig {
  readonly logLevel: LogLevel;
  readonly shutdown: ShutdownSettings;
}

/** What a process composes its parts with. */
export interface ProcessContext<Config, PhaseName extends string> {
  readonly app: Lifecycle<PhaseName>;
  readonly config: Config;
  readonly log: Log;
}

export interface ProcessOptions<Config extends ProcessConfig, PhaseName extends string, Served> {
  readonly name: string;
  /** Throws a ConfigError with every fault. */
  readonly config: (env: Env) => Config;
  readonly phases: (shutdown: ShutdownSettings) => readonly Phase<PhaseName>[];
  /** Opens the port of the health probes, and nothing that waits for another service. */
  readonly serve: (context: ProcessContext<Config, PhaseName>) => Promise<Served>;
  /** Acquires everything else; it may wait for other services without limit. Until it resolves the process is not ready. */
  readonly compose: (context: ProcessContext<Config, PhaseName>, served: Served) => Promise<void>;
}

/**
 * Runs a process from its configuration to its exit: read the configuration, serve the probes, compose, run until asked to
 * stop. A configuration with faults, or a part that fails while it is composed, ends the process with exit code 78, or 75 if
 * the error is retryable.
 */
export async function runProcess<Config extends ProcessConfig, PhaseName extends string, Served>({
  name,
  config: read,
  phases,
  serve,
  compose,
}: ProcessOptions<Config, PhaseName, Served>): Promise<void> {
  const config = readConfig(read);
  const { shutdown, logLevel } = config;
  const log = createLog({ name, level: logLevel });
  logConsole(log);
  const app = lifecycle({ name, phases: phases(shutdown), log, ...shutdown });
  const context = { app, config, log };
  try {
    const served = await serve(context);
    const stopped = app.run();
    compose(context, served).catch((error: unknown) => app.fail(error));
    await stopped;
  } catch (error) {
    await app.fail(error);
  }
}

function readConfig<Config>(read: (env: Env) => Config): Config {
  try {
    return read(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    process.exit(ExitCode.failedStart);
  }
}
