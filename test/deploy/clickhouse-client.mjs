#!/usr/bin/env node
/**
 * What `clickhouse-client` does for `deploy/clickhouse/load.sh`, on an embedded ClickHouse (`chdb`): runs the statements of a
 * file, of `--query` or of standard input, with parameters, and ends with 1 at the first that fails. The environment has
 * CHDB (the package) and CHDB_DATA (the folder of its tables).
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

const { CHDB = '', CHDB_DATA = '' } = process.env;
const { Session } = createRequire(import.meta.url)(CHDB);

const parameters = {};
const rest = process.argv.slice(2).filter((argument) => {
  const [, name, value] = /^--param_(\w+)=(.*)$/s.exec(argument) ?? [];
  if (name !== undefined) parameters[name] = value;
  return name === undefined;
});
const { values } = parseArgs({
  args: rest,
  options: { query: { type: 'string' }, 'queries-file': { type: 'string' }, database: { type: 'string' } },
});
const file = values['queries-file'] ?? '/dev/stdin';
const text = values.query ?? readFileSync(file, 'utf8');

const session = new Session(CHDB_DATA);
try {
  if (values.database !== undefined) session.query(`use ${values.database}`);
  for (const statement of statements(text)) {
    const [, format = 'TabSeparated'] = /\bformat (\w+)$/i.exec(statement) ?? [];
    process.stdout.write(session.queryBind(statement, parameters, format) ?? '');
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  session.close();
}

/** Without the lines that are comments. */
function statements(sql) {
  const code = sql.replaceAll(/^--.*$/gm, '');
  return code
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
