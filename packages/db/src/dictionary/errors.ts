/** The dictionary is not the one that the ids were read from: the database was restored, or its server started anew. */
export class DictionaryReplacedError extends Error {
  override readonly name = 'DictionaryReplacedError';
  readonly code = 'dictionary_replaced';
  readonly retryable = true;
  /** The identities of the two. */
  readonly found: string;
  readonly expected: string;

  constructor(found: string, expected: string) {
    super(
      `found the dictionary ${found}, expected ${expected}, whose ids are cached; read the ids again and repeat what was not stored`,
    );
    this.found = found;
    this.expected = expected;
  }
}
