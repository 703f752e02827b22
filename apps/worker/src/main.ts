import { ExitCode, lifecycle, workerPhases } from '@stellar-insights/lifecycle';
import { ConfigError } from '@stellar-insights/runtime/env';
import { createLog } from '@stellar-insights/runtime/log';
import { composeHealth, composeWork } from './compose.ts';
import { workerConfig, type WorkerConfig } from './config.ts';

function readConfig(): WorkerConfig | undefined {
  try {
    return workerConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    return undefined;
  }
}

async function run(config: WorkerConfig): Promise<number> {
  const { shutdown } = config;
  const log = createLog({ name: 'worker', level: config.logLevel });
  // The exit code is ours: a database of another version is a failed start, though by then the process runs.
  const app = lifecycle({ name: 'worker', phases: workerPhases(shutdown), log, ...shutdown, exit: false });
  const context = { app, config, log };
  let refused = false;
  try {
    const watched = await composeHealth(context);
    const stopped = app.run();
    composeWork(context, watched).catch((error: unknown) => {
      if (app.signal.aborted) return;
      refused = true;
      log.fatal({ err: error }, 'the worker cannot start');
      void app.stop(error instanceof Error ? error.message : String(error));
    });
    const { exitCode } = await stopped;
    return refused ? ExitCode.failedStart : exitCode;
  } catch (error) {
    log.fatal({ err: error }, 'the worker cannot start');
    return ExitCode.failedStart;
  }
}

const config = readConfig();
process.exit(config === undefined ? ExitCode.failedStart : await run(config));
