import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestProgram } from '@stellar-insights/devstack/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const PROGRAM = join(import.meta.dirname, 'programs', 'find-redis.ts');

/** A folder that is the whole PATH: what lies in it is what this machine has. */
let path: string;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'find-redis-'));
  symlinkSync('/usr/bin/env', join(path, 'env'));
});

afterEach(() => rmSync(path, { recursive: true, force: true }));

function machineHas(name: string, script: string): void {
  const file = join(path, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

async function find(): Promise<{ found: unknown; stderr: string }> {
  const { stdout, stderr } = await TestProgram.run({ args: [PROGRAM], env: { PATH: path } });
  return { found: JSON.parse(stdout), stderr };
}

const log = () => readFileSync(join(path, 'log'), 'utf8').trim().split('\n');

/** An apt-get that takes its time to install what Debian's redis-tools holds. */
function machineHasApt(): void {
  machineHas('sudo', 'shift; exec "$@"');
  machineHas(
    'apt-get',
    `case "$*" in
      --version) exit 0 ;;
      *install*) /bin/sleep 1
        printf '#!/bin/sh\\necho Redis server v=7\\n' > ${path}/redis-check-rdb
        /bin/chmod 755 ${path}/redis-check-rdb ;;
    esac
    echo "$DEBIAN_FRONTEND $*" >> ${path}/log`,
  );
}

describe('a Redis is the first of', () => {
  test('redis-server on PATH', async () => {
    machineHas('redis-server', 'echo Redis server v=7');
    machineHas('valkey-server', 'echo Valkey server v=8');
    machineHas('docker', 'exit 0');
    expect(await find()).toEqual({
      found: { kind: 'binary', command: 'redis-server', argv0: 'redis-server' },
      stderr: '',
    });
  });

  test('valkey-server on PATH', async () => {
    machineHas('valkey-server', 'echo Valkey server v=8');
    machineHas('docker', 'exit 0');
    const { found } = await find();
    expect(found).toEqual({ kind: 'binary', command: 'valkey-server', argv0: 'valkey-server' });
  });

  test('a Docker engine that answers, its image fetched if it is missing', async () => {
    machineHas('docker', `echo "$*" >> ${path}/log; [ "$1" != image ]`);
    machineHasApt();
    const { found, stderr } = await find();
    expect(found).toEqual({ kind: 'docker', image: expect.stringMatching(/^redis:/) });
    expect(stderr).toMatch(/^devstack: no Redis on this machine; fetching one: docker pull redis:\S+$/m);
    expect(log()).toEqual([
      'info',
      expect.stringMatching(/^image inspect/),
      expect.stringMatching(/^pull redis:/),
    ]);
  });

  test('what the package manager installs, announced on stderr; a Docker client without an engine does not count', async () => {
    machineHas('docker', 'echo cannot connect to the daemon >&2; exit 1');
    machineHasApt();
    const { found, stderr } = await find();
    expect(found).toEqual({ kind: 'binary', command: 'redis-check-rdb', argv0: 'redis-server' });
    expect(stderr).toMatch(
      /^devstack: no Redis on this machine; installing one: .*apt-get -q update && .*install redis-tools$/m,
    );
    expect(log()).toEqual([
      'noninteractive -q update',
      expect.stringMatching(/^noninteractive .*--no-install-recommends install redis-tools$/),
    ]);
  });
});

test('workers that look at the same moment install it once', async () => {
  machineHasApt();
  const all = await Promise.all([find(), find(), find()]);
  expect(all.map(({ found }) => found)).toEqual(Array(3).fill(all[0]?.found));
  expect(log()).toHaveLength(2);
});

test('a failed installation is an error with the command and its output', async () => {
  machineHas('sudo', 'shift; exec "$@"');
  machineHas('apt-get', '[ "$1" = --version ] || { echo no network >&2; exit 100; }');
  const { found } = await find();
  expect(found).toMatchObject({
    code: 'redis_unavailable',
    message: expect.stringContaining('no network'),
  });
});

test('with nothing to install from, the error names the one command to run', async () => {
  const { found } = await find();
  expect(found).toMatchObject({
    code: 'redis_unavailable',
    command: expect.stringMatching(/^(sudo apt-get install redis-server|brew install redis)$/),
  });
});
