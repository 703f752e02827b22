import { ConfigError } from '@stellar-insights/runtime/env';
import { describe, expect, it } from 'vitest';
import { factsLakeConfig } from '../src/index.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'very-secret' };

describe('the configuration of a facts lake', () => {
  it('is none if no URL is set', () => {
    expect(factsLakeConfig(KEYS)).toBeNull();
    expect(factsLakeConfig({ FACTS_LAKE_URL: ' ' })).toBeNull();
  });

  it('is a folder, which needs no credentials', () => {
    expect(factsLakeConfig({ FACTS_LAKE_URL: 'file:///var/lib/facts%20lake' })).toStrictEqual({
      type: 'folder',
      name: 'file:///var/lib/facts%20lake',
      folder: '/var/lib/facts lake',
    });
  });

  it('is a bucket, of AWS if no other server is named', () => {
    const config = factsLakeConfig({ FACTS_LAKE_URL: 's3://facts', AWS_REGION: 'eu-west-1', ...KEYS });
    expect(config).toMatchObject({ bucket: 'facts', prefix: '', region: 'eu-west-1' });
    expect(config).toMatchObject({ endpoint: new URL('https://s3.eu-west-1.amazonaws.com') });
    const other = factsLakeConfig({
      FACTS_LAKE_URL: 's3://facts/pub/net//',
      AWS_ENDPOINT_URL_S3: 'http://localhost:9000',
      AWS_SESSION_TOKEN: 'token',
      ...KEYS,
    });
    expect(other).toStrictEqual({
      type: 's3',
      name: 's3://facts/pub/net/',
      bucket: 'facts',
      prefix: 'pub/net/',
      region: 'us-east-1',
      endpoint: new URL('http://localhost:9000'),
      credentials: {
        accessKeyId: 'AKIDEXAMPLE',
        secretAccessKey: 'very-secret',
        sessionToken: 'token',
      },
    });
  });

  it.each([
    'facts',
    '/var/lib/facts',
    'https://facts.s3.amazonaws.com/',
    'file://host/folder',
    's3://',
    's3://facts/a b',
    's3://facts/a?b',
    's3://facts/../other',
    's3://key:secret@facts/prefix',
  ])('is not %s', (FACTS_LAKE_URL) => {
    expect(() => factsLakeConfig({ FACTS_LAKE_URL, ...KEYS })).toThrow(ConfigError);
  });

  it.each(['http://key:very-secret@localhost:9000', 'http://very-secret@localhost', 'very-secret@localhost'])(
    'has no server %s',
    (AWS_ENDPOINT_URL_S3) => {
      const found = 'a secret value that does not fit';
      const expected =
        'an http(s) URL without a user name and password, for which there is AWS_ACCESS_KEY_ID';
      expect(() => factsLakeConfig({ FACTS_LAKE_URL: 's3://facts', AWS_ENDPOINT_URL_S3, ...KEYS })).toThrow(
        new ConfigError([{ name: 'AWS_ENDPOINT_URL_S3', found, expected }]),
      );
    },
  );

  it('names each credential that a bucket lacks, and no secret', () => {
    const faults = (env: Record<string, string>) => {
      try {
        return factsLakeConfig({ FACTS_LAKE_URL: 's3://facts', ...env });
      } catch (error) {
        return error instanceof ConfigError ? error.faults.map(({ name }) => name) : error;
      }
    };
    expect(faults({})).toStrictEqual(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']);
    expect(faults({ AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE' })).toStrictEqual(['AWS_SECRET_ACCESS_KEY']);
    expect(() => factsLakeConfig({ FACTS_LAKE_URL: 's3://', ...KEYS, AWS_REGION: 'A B' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('very-secret') }),
    );
    expect(() => factsLakeConfig({ FACTS_LAKE_URL: 's3://key:very-secret@facts/', ...KEYS })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('very-secret') }),
    );
  });
});
