import { checkUrl, OutboundError, type Network } from '@stellar-insights/outbound';
import { invalidField } from './webhook-problems.ts';

const LONGEST_URL = 2048;

/**
 * The URL of an endpoint as it is stored: with a host in ASCII and no fragment. What its host resolves to is checked when it is
 * connected to.
 *
 * @throws ProblemError `invalid_parameter`
 */
export function webhookUrl(text: string, allowedNetworks: readonly Network[]): string {
  const url = checked(text, allowedNetworks);
  url.hash = '';
  if (url.protocol !== 'https:' && isPublic(url)) {
    throw invalidField(
      'url',
      'found http, expected https: bodies and signatures must not be read on the way',
    );
  }
  if (url.href.length > LONGEST_URL) {
    throw invalidField('url', `found ${url.href.length} characters, expected ${LONGEST_URL} at most`);
  }
  return url.href;
}

function checked(text: string, allowedNetworks: readonly Network[]): URL {
  try {
    return checkUrl(text, allowedNetworks);
  } catch (error) {
    if (error instanceof OutboundError) throw invalidField('url', error.message);
    throw error;
  }
}

/** Whether it is allowed without the operator's own networks. */
function isPublic({ href }: URL): boolean {
  try {
    checkUrl(href);
    return true;
  } catch {
    return false;
  }
}
