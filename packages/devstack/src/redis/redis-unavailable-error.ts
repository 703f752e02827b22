/** No Redis was found and none could be installed; `command` is the one command that helps. */
export class RedisUnavailableError extends Error {
  readonly code = 'DEVSTACK_REDIS_UNAVAILABLE';
  readonly command: string;

  constructor(found: string, command: string, options?: ErrorOptions) {
    super(
      `cannot start a Redis: ${found}. Expected redis-server or valkey-server on PATH, a Docker engine, or a package ` +
        `manager that may install one. Run \`${command}\`, or name a server in REDIS_URL`,
      options,
    );
    this.name = 'RedisUnavailableError';
    this.command = command;
  }
}
