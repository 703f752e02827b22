/** Holds the machine's lock until it is killed. */
import { underMachineLock } from '../../src/machine-lock.ts';

await underMachineLock(async () => {
  process.stdout.write('held\n');
  await new Promise(() => setInterval(() => undefined, 1000));
});
