import type { Exit } from '../supervisor/protocol.ts';

const SHOWN_LINES = 40;

/** A program ended before it did what was expected of it. */
export class ProgramEndedError extends Error {
  override readonly name = 'ProgramEndedError';
  readonly code = 'program_ended';
  readonly exit: Exit;

  constructor(program: { readonly name: string; readonly output: string }, exit: Exit, expected: string) {
    super(`${program.name} ended (${howItEnded(exit)}), expected ${expected}\n${endOf(program.output)}`);
    this.exit = exit;
  }
}

/** A program did not do in time what was expected of it. */
export class ProgramTimeoutError extends Error {
  override readonly name = 'ProgramTimeoutError';
  readonly code = 'program_timed_out';

  constructor(
    program: { readonly name: string; readonly output: string },
    limitMs: number,
    expected: string,
  ) {
    super(
      `${program.name} still runs after ${limitMs} ms, expected ${expected} by then\n${endOf(program.output)}`,
    );
  }
}

function howItEnded({ code, signal }: Exit): string {
  return signal ?? (code === null ? 'for an unknown reason' : `exit ${code}`);
}

function endOf(output: string): string {
  const lines = output.trimEnd().split('\n').slice(-SHOWN_LINES);
  return `The end of its output:\n${lines.join('\n')}`;
}
