import { LedgerHeader } from '@stellar/stellar-sdk/xdr';
import { json, text, type Service } from '../http/service.ts';
import { base64 } from './base64.ts';
import { getLedgerEntries } from './get-ledger-entries.ts';
import { getLedgers } from './get-ledgers.ts';
import { RpcError } from './rpc-error.ts';
import { isParams, paramsOf, type Params } from './rpc-params.ts';
import { rangeOf, viewNow, type RpcSources, type RpcView } from './rpc-view.ts';

type Method = (params: Params, view: RpcView) => unknown;

const METHODS: Readonly<Record<string, Method>> = {
  getHealth,
  getNetwork,
  getLatestLedger,
  getLedgers,
  getLedgerEntries,
};

/** Stellar RPC: JSON-RPC 2.0 over POST, one call a request. */
export function rpcService(sources: RpcSources): Service {
  return ({ method, contentType, body }) => {
    if (method !== 'POST') return text(405, 'expected POST');
    if (!/^application\/json\b/i.test(contentType)) {
      return text(415, 'expected Content-Type: application/json');
    }
    let id: unknown = null;
    try {
      const call = parseCall(body);
      id = call['id'] ?? null;
      return json(200, { jsonrpc: '2.0', id, result: run(call, sources) });
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      const { code, message } = error;
      return json(200, { jsonrpc: '2.0', id, error: { code, message } });
    }
  };
}

function parseCall(body: string): Params {
  let call: unknown;
  try {
    call = JSON.parse(body);
  } catch {
    throw new RpcError('parseError', 'the request is not JSON');
  }
  if (isParams(call) && call['jsonrpc'] === '2.0') return call;
  throw new RpcError('invalidRequest', 'the request is not one call of JSON-RPC 2.0');
}

function run({ method, params }: Params, sources: RpcSources): unknown {
  const answer = typeof method === 'string' && Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (answer === undefined) throw new RpcError('methodNotFound', `no such method ${JSON.stringify(method)}`);
  return answer(paramsOf(params), viewNow(sources));
}

function getHealth(_params: Params, view: RpcView) {
  if (view.stale) {
    const found = `last known ledger ${view.latest.sequence}`;
    throw new RpcError('internalError', `latency since ${found} closed is too high (>30s)`);
  }
  return { status: 'healthy', ...rangeOf(view), ledgerRetentionWindow: view.history.retention };
}

function getNetwork(_params: Params, { network, latest }: RpcView) {
  return { passphrase: network.passphrase, protocolVersion: latest.header.header.ledgerVersion };
}

function getLatestLedger(_params: Params, { latest }: RpcView) {
  return {
    id: latest.hash,
    protocolVersion: latest.header.header.ledgerVersion,
    sequence: latest.sequence,
    closeTime: String(latest.closeTime),
    headerXdr: base64(LedgerHeader.schema.encode(latest.header.header)),
    metadataXdr: base64(latest.bytes),
  };
}
