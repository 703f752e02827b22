import type { Network } from '../../network.ts';
import type { Faults } from '../faults.ts';
import { json, type Answer, type Service } from '../http/service.ts';
import type { LedgerHistory } from '../ledger-history.ts';
import { fieldsOf, numberOf, parseFaults } from './parse-faults.ts';

/**
 * For users of the simulator in another process. Each answer is its state.
 *
 * - `GET /`
 * - `PUT /faults` with `Faults`: those and no others, from now on.
 * - `POST /history-cut` with `{"keep":n}`: all but the newest `n` ledgers are forgotten.
 * - `POST /anchor-move` with `{"from":"DOMAIN","to":"DOMAIN"}`: the issuer of the anchor that began at `from` gets the other home domain.
 */
export function controlService(network: Network, history: LedgerHistory, faults: Faults): Service {
  return ({ method, path, body }) => {
    try {
      switch (`${method} ${path}`) {
        case 'GET ':
        case 'GET /':
          break;
        case 'PUT /faults':
          Object.assign(faults, parseFaults(JSON.parse(body)));
          break;
        case 'POST /history-cut':
          history.cut(numberOf(fieldsOf(JSON.parse(body), 'the cut'), 'keep'));
          break;
        case 'POST /anchor-move':
          moveAnchor(network, JSON.parse(body));
          break;
        default:
          return json(404, {
            error: `found ${method} ${path}, expected GET /, PUT /faults, POST /history-cut or POST /anchor-move`,
          });
      }
      return state(history, faults);
    } catch (error) {
      if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) {
        return json(400, { error: error.message });
      }
      throw error;
    }
  };
}

function moveAnchor(network: Network, value: unknown): void {
  const { from, to } = fieldsOf(value, 'the move');
  const anchor = network.cast.anchors.find(({ homeDomain }) => homeDomain === from);
  if (anchor === undefined || typeof to !== 'string' || Buffer.byteLength(to) > 32) {
    throw new TypeError(
      `found ${JSON.stringify({ from, to })}, expected the first domain of an anchor, and one of at most 32 bytes`,
    );
  }
  network.moveAnchor(anchor, to);
}

function state({ oldest, latest }: LedgerHistory, faults: Faults): Answer {
  return json(200, { oldestLedger: oldest.sequence, latestLedger: latest.sequence, faults });
}
