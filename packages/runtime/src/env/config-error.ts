/** One variable that cannot be used. */
export interface ConfigFault {
  /** Name of the variable. */
  readonly name: string;
  /** What it got, e.g. `"abc"`, `nothing`; a secret's value is hidden. */
  readonly found: string;
  /** What it takes, in plain words. */
  readonly expected: string;
}

/** The environment does not configure the process. Lists every fault; trying again does not help. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'config_invalid';
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    const lines = faults.map(({ name, found, expected }) => `\n  ${name}: got ${found}; takes ${expected}`);
    super(`invalid configuration, ${faults.length} of its variables to correct:${lines.join('')}`);
    this.faults = faults;
  }
}
