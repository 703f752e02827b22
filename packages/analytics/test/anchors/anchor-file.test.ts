import { describe, expect, it } from 'vitest';
import { fileChanges, type AnchorFile } from '../../src/index.ts';

describe('the changes of a file', () => {
  const file: AnchorFile = {
    organization: 'One',
    url: null,
    networkPassphrase: null,
    issuers: ['G1', 'G2'] as never,
    assets: ['A:G1'] as never,
    services: { SIGNING_KEY: 'G1', KYC_SERVER: 'https://a.example' },
  };

  it('are none if all that is used is the same', () => {
    expect(fileChanges(file, structuredClone(file))).toBeNull();
  });

  it('are what it lists more and less, and the fields with other values', () => {
    const after = {
      ...file,
      organization: null,
      url: 'https://a.example/',
      issuers: ['G2', 'G3'],
      assets: ['A:G1', 'B:G3'],
      services: { SIGNING_KEY: 'G3', KYC_SERVER: 'https://a.example' },
    };
    expect(fileChanges(file, after as never)).toStrictEqual({
      added: ['B:G3', 'G3'],
      removed: ['G1'],
      fields: ['ORG_NAME', 'ORG_URL', 'SIGNING_KEY'],
    });
    expect(fileChanges(after as never, file)?.removed).toStrictEqual(['B:G3', 'G3']);
  });
});
