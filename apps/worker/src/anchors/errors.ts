/** The bytes are no stellar.toml. `code` becomes the reason why an anchor is unverified. */
export class StellarTomlError extends Error {
  override readonly name = 'StellarTomlError';
  readonly code: 'file_not_utf8' | 'file_not_toml';
  /** The file may be another one with the next request. */
  readonly retryable = true;

  constructor(code: StellarTomlError['code'], found: string, cause: unknown) {
    super(`found ${found}, expected TOML; the owner of the domain has to correct the file`, { cause });
    this.code = code;
  }
}
