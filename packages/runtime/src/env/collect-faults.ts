import { InvalidConfigurationError } from '@stellar-insights/lifecycle';
import { ConfigError, type ConfigFault } from './errors.ts';

/** Reads one part of a configuration; undefined if the part has faults, which are collected. */
export type ReadPart = <Part>(read: () => Part) => Part | undefined;

/**
 * Reads a configuration that has several parts, and goes on after a part with faults, so that all faults are reported at
 * once.
 *
 * @throws ConfigError with the faults of all parts
 */
export function collectFaults<Config>(read: (part: ReadPart) => Config | undefined): Config {
  const faults: ConfigFault[] = [];
  const config = read((part) => {
    try {
      return part();
    } catch (error) {
      faults.push(...faultsOf(error));
      return undefined;
    }
  });
  if (faults.length > 0) throw new ConfigError(faults);
  if (config === undefined) throw new TypeError('found no configuration and no fault, expected one of them');
  return config;
}

function faultsOf(error: unknown): readonly ConfigFault[] {
  if (error instanceof ConfigError) return error.faults;
  if (error instanceof InvalidConfigurationError) return error.faults;
  throw error;
}
