import { describe, expect, it } from 'vitest';
import {
  InvalidConfigurationError,
  apiPhases,
  shutdownFromEnv,
  shutdownVariables,
} from '@stellar-insights/lifecycle';

describe('shutdownFromEnv', () => {
  it('gives an empty environment the defaults', () => {
    expect(shutdownFromEnv({ SHUTDOWN_TIMEOUT: '', PATH: '/bin' })).toEqual({
      readinessDelay: 5,
      readinessProbes: 3,
      readinessMinimum: 0,
      gracefulTimeout: 30,
      backgroundTimeout: 10,
      websocketTimeout: 5,
      dbTimeout: 5,
      reportTimeout: 1,
      timeout: undefined,
      platformGrace: undefined,
      startTimeout: 60,
      heartbeatLimit: 0,
      report: undefined,
      marker: undefined,
      warnings: [],
    });
  });

  it('takes the variable first, then the default of the caller', () => {
    const defaults = { readinessDelay: 0, dbTimeout: 3 };
    const settings = shutdownFromEnv(
      { SHUTDOWN_DB_TIMEOUT: ' 2.5 ', SHUTDOWN_REPORT: './end.json' },
      defaults,
    );
    expect(settings).toMatchObject({ readinessDelay: 0, dbTimeout: 2.5, report: './end.json' });
  });

  it('reports all faults together: the name, what it got, what it takes', () => {
    const env = {
      SHUTDOWN_GRACEFUL_TIMEOUT: 'thirty',
      SHUTDOWN_DB_TIMEOUT: '-1',
      SHUTDOWN_READINESS_PROBES: '0',
      SHUTDOWN_REPORT: 'stdot',
      SHUTDOWN_TIMEOT: '3',
      PLATFORM_GRACE_SECONDS: '1e3',
      SHUTDOWN_TIMEOUT: '5',
    };
    let error: unknown;
    try {
      shutdownFromEnv(env);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(InvalidConfigurationError);
    const { faults, message, code } = error as InvalidConfigurationError;
    expect(code).toBe('invalid_configuration');
    expect(faults.map(({ name }) => name).toSorted()).toEqual([
      'PLATFORM_GRACE_SECONDS',
      'SHUTDOWN_DB_TIMEOUT',
      'SHUTDOWN_GRACEFUL_TIMEOUT',
      'SHUTDOWN_READINESS_PROBES',
      'SHUTDOWN_REPORT',
      'SHUTDOWN_TIMEOT',
    ]);
    expect(message).toContain('SHUTDOWN_GRACEFUL_TIMEOUT: found "thirty", expected seconds from 0 to 86400');
    expect(message).toContain('SHUTDOWN_TIMEOT: found a name that nothing reads, expected SHUTDOWN_TIMEOUT');
  });

  it('warns of a name that nothing reads, if it is more than two letters from ours or a link to a service', () => {
    const links = {
      SHUTDOWN_MANAGER_SERVICE_HOST: '10.0.0.1',
      SHUTDOWN_MANAGER_PORT_80_TCP: 'tcp://10.0.0.1:80',
      SHUTDOWN_PORT: 'tcp://10.0.0.1:80',
    };
    const { warnings, ...settings } = shutdownFromEnv(links);
    expect(warnings).toEqual(Object.keys(links).map((name) => `${name}: found a name that nothing reads`));
    expect({ ...settings, warnings: [] }).toEqual(shutdownFromEnv({}));
    for (const name of ['SHUTDOWN_DB_TIMEOUTS', 'SHUTDOWN_DBTIMEOUT', 'SHUTDOWN_PORT', 'SHUTDOWN_MRAKER']) {
      expect(() => shutdownFromEnv({ [name]: '1' })).toThrow(`${name}: found a name that nothing reads`);
    }
  });

  it('reads the variables that are declared, each of which says what it is', () => {
    const env = Object.fromEntries(shutdownVariables.map(({ name }) => [name, './7']));
    expect(() => shutdownFromEnv(env)).toThrow(InvalidConfigurationError);
    expect(new Set(shutdownVariables.map(({ name }) => name)).size).toBe(shutdownVariables.length);
    expect(shutdownVariables.every(({ description }) => description.length > 10)).toBe(true);
  });

  it('fills the phases', () => {
    const budgets = apiPhases(shutdownFromEnv({})).map(({ name, budget }) => [name, budget]);
    expect(budgets).toEqual([
      ['drain', 30],
      ['background', 10],
      ['streams', 5],
      ['cache', 5],
      ['database', 5],
      ['report', undefined],
    ]);
  });
});
