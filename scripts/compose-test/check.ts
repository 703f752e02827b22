export interface Check {
  readonly title: string;
  /** Resolves to the figures that are worth printing; throws if a promise is not kept. */
  readonly run: () => Promise<string | void>;
}

/** Something was found that should not be so. */
class CheckFailedError extends Error {
  override readonly name = 'CheckFailedError';
  readonly code = 'check_failed';
}

/** @throws CheckFailedError unless it holds */
export function expectThat(holds: boolean, found: string, expected: string): void {
  if (!holds) throw new CheckFailedError(`found ${found}, expected ${expected}`);
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
