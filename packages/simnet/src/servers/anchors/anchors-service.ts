import { setTimeout as delay } from 'node:timers/promises';
import type { Network } from '../../network.ts';
import type { AnchorFault, AnchorFaultKind } from '../faults.ts';
import { HANG_UP, text, type Service } from '../http/service.ts';
import { WEB_PAGE } from '../misbehave.ts';
import { stellarToml } from './stellar-toml.ts';

const FILE = /^\/([^/]+)\/\.well-known\/stellar\.toml$/;

/** The anchors' web sites, `/{domain}/.well-known/stellar.toml`: on the domain they have and on the one they move to. */
export function anchorsService(
  network: Network,
  faultsNow: () => Readonly<Record<string, AnchorFault>>,
): Service {
  return async ({ path, base }) => {
    const domain = FILE.exec(path)?.[1];
    const anchor = network.cast.anchors.find(
      ({ homeDomain, nextDomain }) => domain === homeDomain || domain === nextDomain,
    );
    if (domain === undefined || anchor === undefined) return text(404, 'There is nothing at this address.');
    const faults = faultsNow();
    const fault = Object.hasOwn(faults, domain) ? faults[domain] : undefined;
    const file = (kind?: AnchorFaultKind) => text(200, stellarToml(anchor, network, kind));
    switch (fault) {
      case 'unreachable':
        return HANG_UP;
      case 'malformed':
        return text(200, WEB_PAGE, 'text/html; charset=utf-8');
      case 'redirected':
        return { ...text(301, ''), headers: { location: `${base}/elsewhere${path}` } };
      case undefined:
      case 'oversized':
      case 'unlisted':
      case 'changed':
        return file(fault);
      default:
        await delay(fault.delayMs, undefined, { ref: false });
        return file();
    }
  };
}
