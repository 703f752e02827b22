/** `pnpm stack up|down`: a Postgres and a Redis for development, in the background. */
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { choosePort, stackDown, stackUp, type StackOptions } from '@stellar-insights/devstack';

const USAGE = `usage: pnpm stack up|down

  up    starts Postgres and Redis if they do not run, migrates, prints DATABASE_URL and REDIS_URL
  down  stops them; Postgres keeps its data in .stack/

STACK_FOLDER (default: .stack), STACK_POSTGRES_PORT and STACK_REDIS_PORT move them. Ports that are not set are free ones, and
stay the same as long as they are free.
`;

const repository = resolve(import.meta.dirname, '..');

function optionsFrom(env: NodeJS.ProcessEnv): StackOptions {
  return {
    folder: resolve(env['STACK_FOLDER'] || join(repository, '.stack')),
    postgresPort: portFrom(env, 'STACK_POSTGRES_PORT'),
    redisPort: portFrom(env, 'STACK_REDIS_PORT'),
  };
}

function portFrom(env: NodeJS.ProcessEnv, name: string): number | undefined {
  if (!env[name]) return undefined;
  const port = Number(env[name]);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new TypeError(`${name}: found ${env[name]}, expected a port from 1 to 65535`);
}

/**
 * What `pnpm dev` starts its processes with; the repository's `.env` goes before it, and the environment before both. One
 * file, as Node 24 crashes when it watches one that does not exist.
 */
async function writeEnv(folder: string, urls: Record<string, string>): Promise<void> {
  const env = {
    ...urls,
    API_PORT: await choosePort(folder, { name: 'api', preferred: 3000, variable: 'API_PORT' }),
    API_ADMIN_PORT: await choosePort(folder, {
      name: 'api-admin',
      preferred: 3002,
      variable: 'API_ADMIN_PORT',
    }),
    WORKER_HEALTH_PORT: await choosePort(folder, {
      name: 'worker',
      preferred: 3001,
      variable: 'WORKER_HEALTH_PORT',
    }),
    STELLAR_RPC_URL: 'https://soroban-testnet.stellar.org',
    STELLAR_HORIZON_URL: 'https://horizon-testnet.stellar.org',
    SHUTDOWN_READINESS_DELAY: '0',
  };
  const own = await readFile(join(repository, '.env'), 'utf8').catch(() => '');
  const lines = Object.entries(env).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(join(folder, 'env'), `${lines.join('')}${own}`, { mode: 0o600 });
}

async function up(options: StackOptions): Promise<number> {
  const { databaseUrl, redisUrl } = await stackUp(options);
  await writeEnv(options.folder, { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl });
  const cli = resolve(repository, 'apps/worker/src/cli.ts');
  const { status } = spawnSync(process.execPath, [...process.execArgv, cli, 'migrate'], {
    // Its stdout is not part of this command's output.
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DATABASE_URL: databaseUrl },
  });
  process.stdout.write(`DATABASE_URL=${databaseUrl}\nREDIS_URL=${redisUrl}\n`);
  return status ?? 1;
}

async function down(options: StackOptions): Promise<number> {
  const stopped = await stackDown(options);
  process.stdout.write(`stopped: ${stopped.join(', ') || 'nothing, nothing ran'}\n`);
  return 0;
}

const COMMANDS: Readonly<Record<string, typeof up>> = { up, down };

async function main(): Promise<number> {
  try {
    const { positionals } = parseArgs({ allowPositionals: true });
    const [name = '', ...rest] = positionals;
    const command = Object.hasOwn(COMMANDS, name) && rest.length === 0 ? COMMANDS[name] : undefined;
    if (command === undefined) throw new TypeError(`found "${positionals.join(' ')}", expected up or down`);
    return await command(optionsFrom(process.env));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    if (!(error instanceof TypeError)) return 1;
    process.stderr.write(`\n${USAGE}`);
    return 2;
  }
}

process.exitCode = await main();
