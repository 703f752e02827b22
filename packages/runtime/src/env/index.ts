export { collectFaults, type ReadPart } from './collect-faults.ts';
export {
  defineEnv,
  type Env,
  type EnvDeclarations,
  type EnvValues,
  type EnvVariable,
} from './declarations.ts';
export { describeSchema } from './describe-schema.ts';
export { envExample, type EnvGroup } from './env-example.ts';
export { ConfigError, type ConfigFault } from './errors.ts';
export { parseEnv } from './parse-env.ts';
export { redisDatabase } from './redis-url.ts';
export { serviceVariables, shutdownDefaults } from './service-variables.ts';
export { webhookVariables } from './webhook-variables.ts';
