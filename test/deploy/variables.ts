import { apiConfig } from '../../apps/api/src/config.ts';
import { workerConfig } from '../../apps/worker/src/config.ts';

export type App = 'api' | 'worker';
type Env = Readonly<Record<string, string>>;

/** The least that an app needs to start. */
const REQUIRED: Env = {
  DATABASE_URL: 'postgres://user:password@localhost/database',
  REDIS_URL: 'redis://localhost',
  STELLAR_RPC_URL: 'http://localhost',
};
const READERS = { api: apiConfig, worker: workerConfig };

/** The names of the variables that an app reads, found by letting it read. */
export function variablesOf(app: App): ReadonlySet<string> {
  const names = new Set<string>();
  const get = (env: Env, name: string): string | undefined => {
    names.add(name);
    return env[name];
  };
  READERS[app](new Proxy(REQUIRED, { get }));
  return names;
}

/** Every role that a worker can have; it has all of them by default. */
export const roles: readonly string[] = workerConfig(REQUIRED).roles;

interface Defaults {
  /** Where clients ask an api, and where a worker is probed. */
  readonly port: number;
  /** Where Prometheus asks. */
  readonly adminPort: number;
  /** Of an api. */
  readonly keepAliveTimeoutMs: number;
  readonly shutdown: ReturnType<typeof apiConfig>['shutdown'];
}

/** An app's settings where its environment says nothing. */
export function defaultsOf(app: App): Defaults {
  const api = apiConfig(REQUIRED);
  if (app === 'api') return api;
  const { healthPort, shutdown } = workerConfig(REQUIRED);
  return { ...api, port: healthPort, adminPort: healthPort, shutdown };
}
