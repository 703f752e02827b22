import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const docker = (...args: string[]) => promisify(execFile)('docker', args);

/** Freezes a container by its cgroup: its Docker client in the foreground forwards neither SIGSTOP nor SIGKILL. */
export async function signalContainer(name: string, signal: NodeJS.Signals): Promise<void> {
  if (signal === 'SIGSTOP') await docker('pause', name);
  else if (signal === 'SIGCONT') await docker('unpause', name);
  else await docker('kill', `--signal=${signal}`, name);
}

/** Ends and removes it in any state. It is no error if there is no such container. */
export async function removeContainer(name: string): Promise<void> {
  await docker('rm', '--force', '--volumes', name).catch(() => undefined);
}
