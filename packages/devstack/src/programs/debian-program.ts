import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { underMachineLock } from '../machine-lock.ts';
import { runProgram, succeeds } from '../run-program.ts';

/** Where Debian puts servers; the PATH of an ordinary user lacks it. */
const SERVERS = '/usr/sbin';

/**
 * The path of a program, which is installed first if this process is root on a Debian; undefined if it is not there and
 * cannot be installed. A line on stderr says what is done.
 */
export async function debianProgram(name: string, debianPackage = name): Promise<string | undefined> {
  const present = await findProgram(name);
  if (present !== undefined || !(await canInstall())) return present;
  // Several test workers get here at once: the first installs, the others find what it installed.
  return underMachineLock(async () => (await findProgram(name)) ?? (await install(name, debianPackage)));
}

async function findProgram(name: string): Promise<string | undefined> {
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), SERVERS]) {
    const path = join(folder, name);
    const executable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return path;
  }
  return undefined;
}

async function canInstall(): Promise<boolean> {
  return process.getuid?.() === 0 && (await succeeds('apt-get', ['--version']));
}

async function install(name: string, debianPackage: string): Promise<string | undefined> {
  process.stderr.write(`devstack: no ${name} on this machine; installing the package ${debianPackage}\n`);
  const apt = ['DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', '-o', 'DPkg::Lock::Timeout=120'];
  await runProgram('env', [...apt, 'update']);
  const { code, output } = await runProgram('env', [
    ...apt,
    '-y',
    '--no-install-recommends',
    'install',
    debianPackage,
  ]);
  if (code === 0) return findProgram(name);
  process.stderr.write(`devstack: installing ${debianPackage} ended with code ${code}:\n${output}\n`);
  return undefined;
}
