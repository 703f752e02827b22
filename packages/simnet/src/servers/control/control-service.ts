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
 */
export function controlService(history: LedgerHistory, faults: Faults): Service {
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
        default:
          return json(404, {
            error: `found ${method} ${path}, expected GET /, PUT /faults or POST /history-cut`,
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

function state({ oldest, latest }: LedgerHistory, faults: Faults): Answer {
  return json(200, { oldestLedger: oldest.sequence, latestLedger: latest.sequence, faults });
}
