/** One variable that cannot be used. */
export interface ConfigFault {
  /** The variable. */
  readonly name: string;
  /** Its value, e.g. `"abc"`, `nothing`; a secret's value is hidden. */
  readonly found: string;
  /** What it takes, in words. */
  readonly expected: string;
}

/** The environment does not configure the process. It lists every fault. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'config_invalid';
  readonly retryable = false;
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    const lines = faults.map(
      ({ name, found, expected }) => `\n  ${name}: found ${found}, expected ${expected}`,
    );
    const count = faults.length === 1 ? '1 variable' : `${faults.length} variables`;
    super(`invalid configuration, correct ${count}:${lines.join('')}`);
    this.faults = faults;
  }
}
