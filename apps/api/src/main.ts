import { apiPhases, ExitCode, lifecycle } from '@stellar-insights/lifecycle';
import { ConfigError } from '@stellar-insights/runtime/env';
import { createLog } from '@stellar-insights/runtime/log';
import { compose } from './compose.ts';
import { apiConfig, type ApiConfig } from './config.ts';

function readConfig(): ApiConfig {
  try {
    return apiConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    process.exit(ExitCode.failedStart);
  }
}

const config = readConfig();
const { shutdown } = config;
const log = createLog({ name: 'api', level: config.logLevel });
const app = lifecycle({ name: 'api', ...shutdown, phases: apiPhases(shutdown), log });
await compose(app, config, log);
await app.run();
