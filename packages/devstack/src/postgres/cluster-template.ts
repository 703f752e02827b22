import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { runProgram } from '../run-program.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import { postgresBinaries } from './binaries.ts';
import {
  type Cluster,
  type ClusterOptions,
  clusterIn,
  createCluster,
  DATA,
  INITDB_OPTIONS,
  PASSWORD,
} from './cluster.ts';
import { PostgresUnavailableError } from './errors.ts';
import { unprivilegedAccount } from './unprivileged-account.ts';

/** Below the repository, where git ignores it. */
const CACHE = resolve(import.meta.dirname, '../../../../.cache/postgres');
const DRAFT = 'draft-';
const STALE_MS = 600_000;

/**
 * Does the same as `createCluster`, in half the time: copies a template that is initialised once and stays in the cache. All
 * copies have one password and one system identifier.
 */
export async function copyCluster(
  supervisor: Supervisor,
  options: ClusterOptions,
  cache = CACHE,
): Promise<Cluster> {
  const template = await templateIn(cache);
  if (template === undefined) return await createCluster(supervisor, options);
  const { folder } = supervisor;
  const account = await unprivilegedAccount();
  if (account) await chown(folder, account.uid, account.gid);
  await copyTemplate(template, folder);
  return await clusterIn(folder, options);
}

/** Resolves to undefined if the cache cannot be written. */
async function templateIn(cache: string): Promise<string | undefined> {
  const template = join(cache, await keyOf());
  if (existsSync(template)) return template;
  const draft = await draftIn(cache).catch(() => undefined);
  if (draft === undefined) return undefined;
  await using supervisor = await Supervisor.start();
  await createCluster(supervisor, {});
  await copyTemplate(supervisor.folder, draft);
  // Another process may have been faster: its template is as good, and a rename replaces no full folder.
  await rename(draft, template).catch(() => rm(draft, { recursive: true }));
  return template;
}

async function draftIn(cache: string): Promise<string> {
  await mkdir(cache, { recursive: true });
  await removeStaleDrafts(cache);
  return await mkdtemp(join(cache, DRAFT));
}

/** What a cluster depends on: the version of the binaries, the options of initdb, and who owns it. */
async function keyOf(): Promise<string> {
  const manifest = resolve(dirname(postgresBinaries().postgres), '../../package.json');
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string };
  const { uid } = (await unprivilegedAccount()) ?? { uid: process.getuid?.() };
  const options = createHash('sha256').update(INITDB_OPTIONS.join(' ')).digest('hex').slice(0, 8);
  return `${version}-${options}-${uid}`;
}

/** Node's `cp` takes five times as long for these thousand files. */
async function copyTemplate(from: string, to: string): Promise<void> {
  const parts = [DATA, PASSWORD].map((name) => join(from, name));
  const { code, output } = await runProgram('cp', ['-Rp', ...parts, to]);
  if (code === 0) return;
  throw new PostgresUnavailableError(`that cp to ${to} ended with ${code}`, `see its output:\n${output}`);
}

/** A process that was killed while it made a template leaves a draft. */
async function removeStaleDrafts(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const path = join(cache, name);
    if (!name.startsWith(DRAFT) || Date.now() - (await stat(path)).mtimeMs < STALE_MS) continue;
    await rm(path, { recursive: true, force: true });
  }
}
