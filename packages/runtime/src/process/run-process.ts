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
 * stop. A configuration with faults, or a part that fails while it is composed, ends the process with exit code 78.
 */
export async function runProcess<Config extends ProcessConfig, PhaseName extends string, Served>(
  options: ProcessOptions<Config, PhaseName, Served>,
): Promise<never> {
  const config = readConfig(options.config);
  process.exit(config === undefined ? ExitCode.failedStart : await run(config, options));
}

function readConfig<Config>(read: (env: Env) => Config): Config | undefined {
  try {
    return read(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    return undefined;
  }
}

async function run<Config extends ProcessConfig, PhaseName extends string, Served>(
  config: Config,
  { name, phases, serve, compose }: ProcessOptions<Config, PhaseName, Served>,
): Promise<number> {
  const { shutdown, logLevel } = config;
  const log = createLog({ name, level: logLevel });
  const app = lifecycle({ name, phases: phases(shutdown), log, ...shutdown, exit: false });
  const context = { app, config, log };
  let failed = false;
  try {
    const served = await serve(context);
    const stopped = app.run();
    compose(context, served).catch((error: unknown) => {
      if (app.signal.aborted) return;
      failed = true;
      log.fatal({ err: error }, `the ${name} cannot start`);
      void app.stop(error instanceof Error ? error.message : String(error));
    });
    const { exitCode } = await stopped;
    return failed ? ExitCode.failedStart : exitCode;
  } catch (error) {
    log.fatal({ err: error }, `the ${name} cannot start`);
    return ExitCode.failedStart;
  }
}
