import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const source = resolve(import.meta.dirname, '../src');

// Node needs 0.4 s of CPU for the ES modules that declare tables, and each process would need it at its start.
it('no source loads an ES module of drizzle: `loadDrizzle` loads its CommonJS build', () => {
  const files = globSync('**/*.ts', { cwd: source });
  expect(files.length).toBeGreaterThan(20);
  const imports = files.flatMap((file) =>
    [
      ...readFileSync(resolve(source, file), 'utf8').matchAll(
        /^(import|export) (?!type )[^;]*?from 'drizzle-orm[^']*'|\bimport\('drizzle-orm/gms,
      ),
    ].map(([statement]) => `${file}: ${statement}`),
  );
  expect(imports).toEqual([]);
});
