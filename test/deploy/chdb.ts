import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './repository.ts';

/** Its engine is ClickHouse 26.7. */
const VERSION = '3.4.0';
const FOLDER = join(repository, '.cache/chdb');

/**
 * The embedded ClickHouse; undefined if it is not there. It has half a gigabyte, so no installation of the repository brings
 * it: the full tests do, and keep it in the cache.
 */
export function chdb(): string | undefined {
  const path = join(FOLDER, 'node_modules/chdb');
  if (existsSync(path)) return path;
  if (process.env['TEST_FULL'] !== '1') return undefined;
  process.stderr.write(`installing chdb ${VERSION} into ${FOLDER}\n`);
  const args = ['install', '--prefix', FOLDER, '--no-save', '--no-audit', '--no-fund', `chdb@${VERSION}`];
  const { status } = spawnSync('npm', args, { stdio: ['ignore', 2, 2] });
  return status === 0 && existsSync(path) ? path : undefined;
}
