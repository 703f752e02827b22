import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProgram } from '@stellar-insights/devstack/vitest';
import { expect, test } from 'vitest';
import { underMachineLock } from '../src/machine-lock.ts';

test('one holder at a time', async () => {
  let inside = 0;
  const work = () =>
    underMachineLock(async () => {
      expect(++inside).toBe(1);
      await new Promise(setImmediate);
      inside--;
    });
  await Promise.all([work(), work(), work()]);
});

test('a failure inside releases it', async () => {
  await expect(underMachineLock(() => Promise.reject(new Error('no luck')))).rejects.toThrow('no luck');
  expect(await underMachineLock(async () => 'mine')).toBe('mine');
});

test('a holder that is killed does not keep it', async () => {
  const program = join(import.meta.dirname, 'programs', 'lock-holder.ts');
  const holder = await startProgram({ args: [program] });
  await holder.printed('held');
  const mine = underMachineLock(async () => 'mine');
  expect(await Promise.race([mine, sleep(300, 'waiting')])).toBe('waiting');
  await holder.signal('SIGKILL');
  expect(await mine).toBe('mine');
});
