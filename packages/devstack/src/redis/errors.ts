/** There is no Redis on this machine and none could be installed. `command` is the command that helps. */
export class RedisUnavailableError extends Error {
  override readonly name = 'RedisUnavailableError';
  readonly code = 'redis_unavailable';
  readonly command: string;

  constructor(found: string, command: string, options?: ErrorOptions) {
    super(
      `cannot start a Redis: found ${found}, expected redis-server or valkey-server on PATH, a Docker engine, or a ` +
        `package manager that may install one. Run \`${command}\`, or name a server in REDIS_URL`,
      options,
    );
    this.command = command;
  }
}
