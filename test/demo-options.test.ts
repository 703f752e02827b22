import { describe, expect, test } from 'vitest';
import { demoOptions, DemoUsageError } from '../scripts/demo/demo-options.ts';

describe('the options of the demo', () => {
  test('have defaults', () => {
    expect(demoOptions([], {})).toEqual({
      port: 3000,
      anyPort: true,
      closeIntervalSeconds: 1,
      forSeconds: undefined,
      keep: false,
      databaseUrl: undefined,
      redisUrl: undefined,
      logLevel: 'info',
      apiAuth: 'open',
    });
  });

  test('come from the arguments and the environment', () => {
    const args = ['--', '--port', '3001', '--close-interval', '0.5', '--for', '5', '--keep'];
    const env = {
      DATABASE_URL: 'postgres://here/it',
      REDIS_URL: 'redis://here',
      LOG_LEVEL: 'warn',
      API_AUTH: 'keyed',
    };
    expect(demoOptions(args, env)).toEqual({
      port: 3001,
      anyPort: false,
      closeIntervalSeconds: 0.5,
      forSeconds: 5,
      keep: true,
      databaseUrl: 'postgres://here/it',
      redisUrl: 'redis://here',
      logLevel: 'warn',
      apiAuth: 'keyed',
    });
  });

  test.for([
    [['--port', '70000'], 'found --port 70000, expected a whole number from 0 to 65535'],
    [['--for', 'ever'], 'found --for ever, expected 1 to 86400 seconds'],
    [['--close-interval', '0'], 'found --close-interval 0'],
    [['--colour'], "Unknown option '--colour'"],
    [['now'], 'now'],
  ] as const)('are refused if they are %j', ([args, message]) => {
    expect(() => demoOptions(args, {})).toThrow(DemoUsageError);
    expect(() => demoOptions(args, {})).toThrow(message);
  });
});
