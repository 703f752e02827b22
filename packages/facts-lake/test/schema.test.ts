import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TABLE_NAMES } from '../src/index.ts';
import { LAKE_TABLES } from '../src/tables/index.ts';

const DOCUMENT = resolve(import.meta.dirname, '../../../docs/facts-lake.md');
const tables = Object.values(LAKE_TABLES);

describe('the tables of a facts lake', () => {
  it('are those that chunks have files of', () => {
    expect(tables.map(({ name }) => name)).toStrictEqual(TABLE_NAMES);
  });

  it.each(tables)('$name has the documented columns', async ({ name, columns }) => {
    const lines = columns.map((column) => `  ${column.name} ${column.type.toString().toLowerCase()}`);
    expect(await readFile(DOCUMENT, 'utf8')).toContain(`${name} (\n${lines.join(',\n')}\n)`);
  });
});
