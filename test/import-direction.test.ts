import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const repository = resolve(import.meta.dirname, '..');

/** Which packages of this repository each package's sources may import; `types` means by `import type` only. */
const ALLOWED: Readonly<Record<string, Readonly<Record<string, 'values' | 'types'>>>> = {
  'packages/lifecycle': {},
  'packages/runtime': { lifecycle: 'values' },
  // Without runtime: lifecycle's own tests use devstack.
  'packages/devstack': {},
  'packages/ledger': { runtime: 'values' },
  'packages/analytics': { ledger: 'values' },
  'packages/simnet': { ledger: 'values', runtime: 'values' },
  'packages/outbound': { runtime: 'values' },
  'packages/facts-lake': { ledger: 'values', runtime: 'values' },
  'packages/contract': { ledger: 'values' },
  'packages/client': { contract: 'values' },
  'packages/wire': { analytics: 'values', contract: 'values', ledger: 'values' },
  'packages/db': { analytics: 'values', ledger: 'values', lifecycle: 'values', runtime: 'values' },
  'packages/jobs': { db: 'values', lifecycle: 'values', runtime: 'values' },
  'apps/api': {
    analytics: 'values',
    contract: 'values',
    db: 'values',
    ledger: 'values',
    lifecycle: 'values',
    outbound: 'values',
    runtime: 'values',
    wire: 'values',
  },
  'apps/worker': {
    analytics: 'values',
    client: 'values',
    contract: 'values',
    db: 'values',
    'facts-lake': 'values',
    jobs: 'values',
    ledger: 'values',
    lifecycle: 'values',
    outbound: 'values',
    runtime: 'values',
    wire: 'values',
  },
};

interface Import {
  readonly from: string;
  readonly typesOnly: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(resolve(repository, file), 'utf8');
  return [...text.matchAll(/^(import|export)\s+(type\s)?[^;]*?from\s+'([^']+)'/gms)].map((match) => ({
    from: match[3] ?? '',
    typesOnly: match[2] !== undefined,
  }));
}

describe('imports go one way', () => {
  it('is decided for every package', () => {
    const folders = globSync('{apps,packages}/*/package.json', { cwd: repository }).map((path) =>
      path.replace('/package.json', ''),
    );
    expect(folders.toSorted()).toEqual(Object.keys(ALLOWED).toSorted());
  });

  it.each(Object.entries(ALLOWED))('%s', (folder, allowed) => {
    const files = globSync(`${folder}/src/**/*.ts`, { cwd: repository });
    expect(files).not.toEqual([]);
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter(({ from, typesOnly }) => {
          if (from.startsWith('.')) return !resolve(repository, file, '..', from).includes(`/${folder}/`);
          const own = /^@stellar-insights\/([^/]+)/.exec(from)?.[1];
          if (own === undefined || folder.endsWith(`/${own}`)) return false;
          const permitted = allowed[own];
          return permitted === undefined || (permitted === 'types' && !typesOnly);
        })
        .map(({ from }) => `${file} imports ${from}`),
    );
    expect(wrong).toEqual([]);
  });

  it('simnet knows no decoder: its truth is independent', () => {
    const names = globSync('packages/simnet/src/**/*.ts', { cwd: repository })
      .flatMap((file) => [
        ...readFileSync(resolve(repository, file), 'utf8').matchAll(/\bdecodeLedger\b|\breadLedgers\b/g),
      ])
      .map(String);
    expect(names).toEqual([]);
  });
});
