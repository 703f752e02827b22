/** Why Redis does not serve a queue. `failing`: it answers, but not as it should. */
export interface RedisFault {
  readonly state: 'away' | 'failing';
  /** E.g. `OOM command not allowed when used memory > 'maxmemory'.` */
  readonly reason: string;
}

export function redisFault(error: unknown): RedisFault {
  if (isAnswer(error)) return { state: 'failing', reason: answerOf(error) };
  return { state: 'away', reason: error instanceof Error ? error.message : String(error) };
}

/** Whether the error is an answer of Redis; otherwise there was none. */
export function isAnswer(error: unknown): error is Error & { command?: { name: string } } {
  return error instanceof Error && error.name === 'ReplyError';
}

/** What Redis answered, without the digest of the script that it failed in. */
export function answerOf({ message }: Error): string {
  return message.replace(/,? script: [0-9a-f]{40}.*/s, '').trim();
}
