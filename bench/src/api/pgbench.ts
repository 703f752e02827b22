import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A statement as a driver sends it. */
export interface SentStatement {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

/** Debian's, or any other on PATH. */
export async function hasPgbench(): Promise<boolean> {
  return await run('pgbench', ['--version']).then(
    () => true,
    () => false,
  );
}

/** How often a second so many clients run the statements in turn, each prepared once, for so many seconds. */
export async function pgbench(
  url: string,
  statements: readonly SentStatement[],
  { clients, seconds }: { readonly clients: number; readonly seconds: number },
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  try {
    const script = join(folder, 'script.sql');
    await writeFile(script, statements.map((statement) => `${inOneLine(statement)};\n`).join(''));
    const options = ['--no-vacuum', '--protocol=prepared', `--client=${clients}`, `--time=${seconds}`];
    const { stdout } = await run('pgbench', [...options, `--file=${script}`, url]);
    return Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** With its parameters as literals. */
function inOneLine({ text, parameters }: SentStatement): string {
  const filled = text.replaceAll(/\$(\d+)/g, (_, number) => literal(parameters[Number(number) - 1]));
  return filled.replaceAll(/\s+/g, ' ').trim();
}

/** Pgbench would take a colon before a word for a variable, within text too. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof Uint8Array) return `E'\\\\x${Buffer.from(value).toString('hex')}'`;
  const text = `${value as string | number | bigint | boolean}`
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "''")
    .replaceAll(':', '\\x3a');
  return `E'${text}'`;
}
