import type { IncomingMessage, ServerResponse } from 'node:http';
import { Asset, getLiquidityPoolId } from '@stellar/stellar-sdk/base';
import { accountOfKey } from '@stellar-insights/ledger';
import { LocalServer } from '../sources/local-server.ts';

export const PASSPHRASE = 'Test network';
export const ISSUER = accountOfKey(Buffer.alloc(32, 7));

export type HorizonRecord = Record<string, unknown> & { readonly paging_token: string };

/** The pool of the native asset and `code`, with the id that the SDK gives it. */
export function poolRecord(code: string): HorizonRecord {
  const [assetA, assetB] = [Asset.native(), new Asset(code, ISSUER)];
  const parameters = { assetA, assetB, fee: 30 } as const;
  const id = Buffer.from(getLiquidityPoolId('constant_product', parameters)).toString('hex');
  return {
    id,
    paging_token: id,
    fee_bp: 30,
    type: 'constant_product',
    total_trustlines: '3',
    total_shares: '12.0000001',
    reserves: [
      { asset: 'native', amount: '922337203685.4775807' },
      { asset: `${code}:${ISSUER}`, amount: '0.0000001' },
    ],
    last_modified_ledger: 90,
  };
}

export function assetRecord(code: string): HorizonRecord {
  const type = code.length <= 4 ? 'credit_alphanum4' : 'credit_alphanum12';
  const three = (value: unknown) => ({
    authorized: value,
    authorized_to_maintain_liabilities: value,
    unauthorized: value,
  });
  return {
    asset_type: type,
    asset_code: code,
    asset_issuer: ISSUER,
    paging_token: `${code}_${ISSUER}_${type}`,
    num_claimable_balances: 1,
    num_liquidity_pools: 2,
    num_contracts: 3,
    accounts: three(4),
    balances: three('99999999999999999999.0000001'),
    claimable_balances_amount: '0.0000005',
    liquidity_pools_amount: '6.0000000',
    contracts_amount: '17014118346046923173168730371588.4105727',
    flags: { auth_required: true, auth_revocable: false, auth_immutable: false, auth_clawback_enabled: true },
  };
}

/** A Horizon on loopback that lists `records`, in the order that they are in. */
export class HorizonServer implements AsyncDisposable {
  records: HorizonRecord[] = [];
  /** Changes an answer, or is called before it is made. */
  change: (body: Record<string, unknown>, url: URL) => unknown = (body) => body;
  before: (url: URL) => void = () => {};
  latestLedger: string | undefined = '100';
  readonly urls: URL[] = [];
  readonly #server: LocalServer;

  private constructor(server: LocalServer) {
    this.#server = server;
  }

  static async start(): Promise<HorizonServer> {
    const local = await LocalServer.start(() => {});
    const server = new HorizonServer(local);
    local.handler = (request, response) => server.#handle(request, response);
    return server;
  }

  get url(): string {
    return this.#server.url;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server[Symbol.asyncDispose]();
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url);
    this.urls.push(url);
    this.before(url);
    const body =
      url.pathname === '/'
        ? { network_passphrase: PASSPHRASE, ingest_latest_ledger: 95 }
        : { _embedded: { records: this.#page(url.searchParams) } };
    if (this.latestLedger !== undefined) response.setHeader('latest-ledger', this.latestLedger);
    response.end(JSON.stringify(this.change(body, url)));
  }

  #page(query: URLSearchParams): HorizonRecord[] {
    const cursor = query.get('cursor');
    const ordered = query.get('order') === 'desc' ? this.records.toReversed() : this.records;
    const start = cursor === null ? 0 : ordered.findIndex((record) => record.paging_token === cursor) + 1;
    const code = query.get('asset_code');
    const matching = code === null ? ordered : ordered.filter((record) => record['asset_code'] === code);
    return matching.slice(start, start + Number(query.get('limit')));
  }
}
