/** There is no such key. */
export class KeyNotFoundError extends Error {
  override readonly name = 'KeyNotFoundError';
  readonly code = 'key_not_found';
  readonly retryable = false;

  constructor(id: string) {
    super(`found no key ${id}, expected the id of one; list the keys`);
  }
}

/** The key cannot get another secret. */
export class KeyNotRotatableError extends Error {
  override readonly name = 'KeyNotRotatableError';
  readonly code = 'key_not_rotatable';
  readonly retryable = false;

  /** `found` completes the sentence. */
  constructor(found: string, action: string) {
    super(`found a key that ${found}, expected one that can get another secret; ${action}`);
  }
}
