import type { TestContext } from 'vitest';

/** Skips a test and says so, since what is missing here would otherwise go unnoticed. */
export function skipWithout(context: Pick<TestContext, 'task' | 'skip'>, program: string): void {
  const note = `SKIPPED: found no ${program} on this machine, so that "${context.task.name}" is not tested`;
  process.stderr.write(`${note}\n`);
  context.skip(note);
}
