export { ConfigError, type ConfigFault } from './env/config-error.ts';
export { describeWhatItTakes } from './env/describe-what-it-takes.ts';
export { defineEnv, type EnvDeclarations, type EnvValues, type EnvVariable } from './env/env-declarations.ts';
export { envExample, type EnvGroup } from './env/env-example.ts';
export { parseEnv } from './env/parse-env.ts';
export { serviceVariables } from './env/service-variables.ts';
export { createLog, type Log, type LogOptions } from './log/create-log.ts';
export { logVariables, type LogLevel } from './log/log-variables.ts';
export { createMetrics } from './metrics/create-metrics.ts';
