import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import { describe, expect, it } from 'vitest';
import { knownMigrations, migrationsFolder } from '../src/schema/migrations.ts';
import * as tables from '../src/tables/index.ts';

interface Journal {
  readonly entries: readonly { readonly idx: number; readonly when: number; readonly tag: string }[];
}

const { entries } = JSON.parse(
  await readFile(join(migrationsFolder, 'meta/_journal.json'), 'utf8'),
) as Journal;

describe('the migrations', () => {
  it('make the tables as they are declared', async () => {
    const last = String(entries.at(-1)?.idx).padStart(4, '0');
    const snapshot = await readFile(join(migrationsFolder, `meta/${last}_snapshot.json`), 'utf8');
    const missing = await generateMigration(JSON.parse(snapshot), generateDrizzleJson(tables));
    expect(missing).toStrictEqual([]);
  });

  it('stand in the journal in the order of their timestamps, else one would be skipped', () => {
    const times = entries.map(({ when }) => when);
    expect(times.length).toBeGreaterThan(0);
    expect(times).toStrictEqual([...new Set(times)].toSorted((a, b) => a - b));
    expect(entries.map(({ idx }) => idx)).toStrictEqual(entries.map((_, place) => place));
  });

  it('are all in the journal, with their snapshots', async () => {
    const files = (await readdir(migrationsFolder)).filter((name) => name.endsWith('.sql'));
    expect(files.toSorted()).toStrictEqual(entries.map(({ tag }) => `${tag}.sql`));
    const snapshots = (await readdir(join(migrationsFolder, 'meta'))).filter((name) =>
      name.endsWith('_snapshot.json'),
    );
    expect(snapshots.toSorted()).toStrictEqual(
      entries.map(({ idx }) => `${String(idx).padStart(4, '0')}_snapshot.json`),
    );
  });

  it('only add, where they say that older builds run on their schema', () => {
    const additions = [
      /^CREATE (TABLE|INDEX|TYPE) /,
      /^ALTER TABLE "\w+" ADD COLUMN (?!.* NOT NULL)|^ALTER TABLE "\w+" ADD COLUMN .* DEFAULT /,
      /^INSERT INTO /,
      // A condition that allows more.
      /^ALTER TABLE "accounts" (DROP|ADD) CONSTRAINT "accounts_key_size"/,
    ];
    const others = knownMigrations()
      .filter(({ breaksOlderBuilds }) => !breaksOlderBuilds)
      .flatMap(({ statements: raw }) => {
        const statements = raw.map((statement) => statement.replaceAll(/^--.*$/gm, '').trim());
        const created = new Set(statements.map((statement) => /^CREATE TABLE "(\w+)"/.exec(statement)?.[1]));
        const isAmongCreated = (statement: string): boolean => {
          // Nothing that older builds write is in a new table.
          const indexed = /^CREATE UNIQUE INDEX "\w+" ON "(\w+)" /.exec(statement)?.[1];
          if (indexed !== undefined) return created.has(indexed);
          const [, from, to] =
            /^ALTER TABLE "(\w+)" ADD CONSTRAINT "\w+" FOREIGN KEY .* REFERENCES "public"\."(\w+)"/.exec(
              statement,
            ) ?? [];
          return from !== undefined && created.has(from) && created.has(to);
        };
        return statements.filter(
          (statement) =>
            !additions.some((addition) => addition.test(statement)) && !isAmongCreated(statement),
        );
      });
    expect(others).toStrictEqual([]);
  });
});
