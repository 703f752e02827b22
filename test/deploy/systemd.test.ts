import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ExitCode } from '@stellar-insights/lifecycle';
import { readCompose } from './compose-file.ts';
import { readText, repository } from './repository.ts';
import { skipWithout } from './skip.ts';
import { roles, variablesOf } from './variables.ts';

const FOLDER = 'deploy/systemd';
const units = readdirSync(resolve(repository, FOLDER));

/** Every value of a directive in a unit, in order. */
function values(unit: string, directive: string): string[] {
  const lines = readText(`${FOLDER}/${unit}`).split('\n');
  return lines
    .filter((line) => line.startsWith(`${directive}=`))
    .map((line) => line.slice(directive.length + 1));
}

function environmentOf(unit: string): Record<string, string> {
  const pairs = values(unit, 'Environment').flatMap((line) => line.split(' '));
  return Object.fromEntries(pairs.map((pair) => pair.split('=', 2) as [string, string]));
}

const SERVICES = [
  { unit: 'stellar-insights-api@.service', app: 'api', service: 'api' },
  { unit: 'stellar-insights-worker@.service', app: 'worker', service: 'worker' },
] as const;

describe.each(SERVICES)('$unit', ({ unit, app, service }) => {
  test('runs node with the command that compose runs', () => {
    const [node = '', ...args] = readCompose('compose.yaml').services[service]?.command ?? [];
    expect(values(unit, 'ExecStart')).toEqual([`/usr/bin/${node} ${args.join(' ')}`]);
  });

  test('sets no variable that the app does not read', () => {
    const known = new Set([...variablesOf(app), 'NODE_ENV']);
    expect(Object.keys(environmentOf(unit)).filter((name) => !known.has(name))).toEqual([]);
  });

  test('opens the port that needs no key to this machine only', () => {
    expect(environmentOf(unit)['ADMIN_HOST']).toBe('127.0.0.1');
  });

  test('gives the app its grace', () => {
    expect(values(unit, 'TimeoutStopSec')).toEqual([environmentOf(unit)['PLATFORM_GRACE_SECONDS']]);
  });

  test('starts it again after a cause that can pass, and not after a configuration that cannot be used', () => {
    expect(values(unit, 'Restart')).toEqual(['on-failure']);
    expect(values(unit, 'RestartForceExitStatus')).toEqual([String(ExitCode.temporaryFailure)]);
    expect(values(unit, 'RestartPreventExitStatus')).toEqual([String(ExitCode.failedStart)]);
  });

  test('sends the signal to node alone', () => {
    expect(values(unit, 'KillMode')).toEqual(['mixed']);
  });
});

describe('the units', () => {
  test('name a role of the worker in their example', () => {
    const example = /enable --now stellar-insights-worker@([a-z-]+)/.exec(
      readText(`${FOLDER}/${SERVICES[1].unit}`),
    )?.[1];
    expect(roles).toContain(example);
  });

  test('migrate with the command that compose runs', () => {
    const command = readCompose('compose.yaml').services['migrate']?.command ?? [];
    expect(values('stellar-insights-migrate.service', 'ExecStart')).toEqual([
      `/usr/bin/${command.join(' ')}`,
    ]);
  });

  test('are accepted by the systemd of this machine', (context) => {
    if (spawnSync('systemd-analyze', ['--version']).status !== 0) {
      return skipWithout(context, 'systemd-analyze');
    }
    const { stdout, stderr } = spawnSync(
      'systemd-analyze',
      ['verify', ...units.map((unit) => resolve(repository, FOLDER, unit))],
      {
        encoding: 'utf8',
      },
    );
    // Where node is installed is no matter of the units.
    const faults = `${stdout}${stderr}`
      .split('\n')
      .filter((line) => line.includes('stellar-insights') && !line.includes('is not executable'));
    expect(faults).toEqual([]);
  });
});
