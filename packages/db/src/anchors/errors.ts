/** The text is no domain that a stellar.toml can be read from. */
export class AnchorDomainInvalidError extends Error {
  override readonly name = 'AnchorDomainInvalidError';
  readonly code = 'anchor_domain_invalid';
  readonly retryable = false;

  constructor(found: string) {
    super(
      `found ${JSON.stringify(found.slice(0, 100))}, expected a domain of at most 60 characters such as example.com, without protocol, port and path; correct it`,
    );
  }
}

/** There is no such anchor. */
export class AnchorNotFoundError extends Error {
  override readonly name = 'AnchorNotFoundError';
  readonly code = 'anchor_not_found';
  readonly retryable = false;

  constructor(id: string) {
    super(`found no anchor ${JSON.stringify(id.slice(0, 100))}, expected the id of one; list the anchors`);
  }
}
