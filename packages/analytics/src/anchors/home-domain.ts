/** An anchor's id is at most 64 characters, and may get a number behind its domain. */
const LONGEST = 60;

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
/** At least two labels; the last one is no number, so the name is no IP address. */
const HOST_NAME = new RegExp(`^(?:${LABEL}\\.)+(?=[a-z0-9-]*[a-z])${LABEL}$`);

/**
 * The domain that a home domain or an operator names: a host name in lower case without a final dot. Null if no file can be
 * there: accounts may have any text as home domain.
 */
export function parseHomeDomain(text: string): string | null {
  const domain = text.toLowerCase().replace(/\.$/, '');
  return domain.length <= LONGEST && HOST_NAME.test(domain) ? domain : null;
}
