import { chown, writeFile } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalServer } from '../local-server.ts';
import { unprivilegedAccount } from '../postgres/unprivileged-account.ts';
import { PgBouncerServer } from './pgbouncer-server.ts';

export interface PgBouncerOptions {
  /** The program: see `debianProgram`. */
  readonly program: string;
  /** The Postgres behind it; its user is the only one. */
  readonly postgresUrl: string;
  readonly poolMode: 'session' | 'transaction';
  /** Further settings, as in pgbouncer.ini. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Starts a PgBouncer on a free port. As root it runs as `nobody`, since PgBouncer refuses root.
 *
 * @throws ServerStartError when it does not become ready.
 */
export async function startPgBouncer({
  program,
  postgresUrl,
  poolMode,
  settings,
}: PgBouncerOptions): Promise<PgBouncerServer> {
  const account = await unprivilegedAccount();
  const { hostname, port: postgresPort, username, password } = new URL(postgresUrl);
  return LocalServer.open(async (supervisor) => {
    const { folder } = supervisor;
    const users = join(folder, 'users.txt');
    await writeFile(users, `"${username}" "${password}"\n`, { mode: 0o600 });
    const ini = (port: number) => ({
      listen_addr: '127.0.0.1',
      listen_port: String(port),
      unix_socket_dir: '',
      auth_type: 'scram-sha-256',
      auth_file: users,
      pool_mode: poolMode,
      ...settings,
    });
    if (account) for (const path of [folder, users]) await chown(path, account.uid, account.gid);
    const recipe = {
      name: 'pgbouncer',
      program: (port: number) => {
        const file = join(folder, 'pgbouncer.ini');
        const lines = Object.entries(ini(port)).map(([name, value]) => `${name} = ${value}`);
        const databases = `[databases]\n* = host=${hostname} port=${postgresPort}\n`;
        writeFileSync(file, `${databases}[pgbouncer]\n${lines.join('\n')}\n`, { mode: 0o644 });
        return { command: program, args: [file], ...(account ? { account } : {}) };
      },
      stopSignal: 'SIGTERM',
      ready: /process up/,
    } as const;
    return new PgBouncerServer(supervisor, recipe, postgresUrl);
  });
}
