import { describe, expect, test } from 'vitest';
import { readText } from './repository.ts';

const lake = readText('docs/facts-lake.md');
const schema = readText('deploy/clickhouse/schema.sql');

/** Each type of the lake's columns as ClickHouse has it; a column may be nullable, and dictionary-coded. */
const TYPES: Readonly<Record<string, string>> = {
  bigint: 'Int64',
  integer: 'Int32',
  boolean: 'Bool',
  varchar: 'String',
  'varchar[]': 'Array(String)',
  blob: 'String',
  'timestamp with time zone': "DateTime64(6, 'UTC')",
  'decimal(20,0)': 'Decimal(20, 0)',
  'decimal(38,0)': 'Decimal(38, 0)',
};

/** The tables of the lake with their columns, as its documentation has them. */
const documented = [...lake.matchAll(/^(\w+) \(\n((?: {2}\w+ [^\n]+\n)+)\)/gm)].map(
  ([, name = '', columns = '']) => ({
    name,
    columns: [...columns.matchAll(/^ {2}(\w+) (.+?),?$/gm)].map(
      ([, column = '', type = '']) => `${column} ${TYPES[type]}`,
    ),
  }),
);

function columnsOf(table: string): string[] {
  const [, body = ''] = new RegExp(`exists ${table} \\(\\n(.*?)\\n\\) engine`, 's').exec(schema) ?? [];
  return body
    .split('\n')
    .filter((line) => !line.includes(' index '))
    .map((line) =>
      line
        .trim()
        .replace(/,$/, '')
        .replaceAll('`', '')
        .replace(/ codec\(.*\)$/, '')
        .replace(/LowCardinality\((.*)\)/, '$1')
        .replace(/Nullable\((.*)\)/, '$1'),
    );
}

describe('the tables of ClickHouse', () => {
  test('are all of the lake', () => {
    expect(documented.length).toBeGreaterThan(8);
    const [, loaded = ''] = /^tables='(.*)'$/m.exec(readText('deploy/clickhouse/load.sh')) ?? [];
    expect(loaded.split(' ').toSorted()).toEqual(documented.map(({ name }) => name).toSorted());
  });

  test.each(documented)(
    '$name has the columns of its files, in their order, after its chunk',
    ({ name, columns }) => {
      expect(columnsOf(name)).toEqual(['chunk UInt32', ...columns]);
      expect(schema).toContain(`create table if not exists ${name}_staged as ${name};\n`);
    },
  );
});
