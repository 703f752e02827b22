import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const source = resolve(import.meta.dirname, '../src');

describe('what a process loads at its start', () => {
  // drizzle's declarations of tables cost 0.3 s of CPU, its driver 0.4 s.
  it.each(['index', 'ledgers/index', 'corridors/index', 'log/index', 'tasks', 'partitions', 'leases'])(
    'is none of drizzle’s tables and drivers for %s',
    (file) => {
      const heavy = [...modules(`${source}/${file}.ts`)].filter((name) =>
        /^drizzle-orm.*(pg|postgres)/.test(name),
      );
      expect(heavy).toStrictEqual([]);
    },
  );

  it('is drizzle’s tables for payments, which are read by their declared columns', () => {
    expect([...modules(`${source}/payments.ts`)]).toContain('drizzle-orm/pg-core');
  });
});

/** All modules that a file imports statically, directly or by others of this package. */
function modules(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const imports = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export) (?!type )[^;]*?from '([^']+)';$/gms,
  );
  for (const [, name = ''] of imports) {
    if (name.startsWith('.')) modules(resolve(file, '..', name), found);
    else found.add(name);
  }
  return found;
}
