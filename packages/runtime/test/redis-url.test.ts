import { parseEnv, redisDatabase, serviceVariables } from '@stellar-insights/runtime/env';
import { describe, expect, it } from 'vitest';

const { REDIS_URL } = serviceVariables;
const parse = (text: string) => parseEnv({ REDIS_URL }, { REDIS_URL: text }).REDIS_URL;

describe('REDIS_URL', () => {
  it.each([
    ['redis://host', 0],
    ['rediss://host:6380/', 0],
    ['redis://user:p%25ss%40@host:6379/3', 3],
    ['redis://host?db=2', 2],
  ])('takes %s', (url, database) => {
    expect(parse(url)).toBe(url);
    expect(redisDatabase(url)).toBe(database);
  });

  it.each([
    'redis://:p%ss@host',
    'redis://u%zz:x@host',
    'redis://host/main',
    'redis://host/1/2',
    'redis://host?db=x',
  ])('refuses %s, which ioredis would refuse or read in another way, and does not show it', (url) => {
    const expected = /DATABASE is a number and whose USER and PASSWORD are percent-encoded \(% is %25/;
    expect(() => parse(url)).toThrow(expected);
    expect(() => parse(url)).not.toThrow(url);
  });
});
