import type { Exit } from '@stellar-insights/devstack';

const LINES = 12;

/** A process of the demo ended though nobody had asked it to. */
export class ProgramEndedError extends Error {
  override readonly name = 'ProgramEndedError';
  readonly code = 'demo_program_ended';
  readonly program: string;
  readonly exit: Exit;

  constructor(program: string, exit: Exit, output: string) {
    const how = exit.signal ?? (exit.code === null ? 'an unknown cause' : `exit ${exit.code}`);
    super(`${program} ended by itself (${how}). The end of what it said:\n${lastLines(output)}`);
    this.program = program;
    this.exit = exit;
  }
}

function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-LINES).join('\n');
}
