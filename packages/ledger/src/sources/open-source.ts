import { fileURLToPath } from 'node:url';
import { FolderStore } from './folder-store.ts';
import { httpUrl, type HttpOptions } from './http-client.ts';
import { HttpStore } from './http-store.ts';
import { LakeBackedRpc } from './lake-backed-rpc.ts';
import { LakeSource, type LakeOptions } from './lake-source.ts';
import type { LedgerSource } from './ledger-source.ts';
import { RpcSource, type RpcOptions } from './rpc-source.ts';

/** How to ask an RPC; what is not set has the source's options. */
export type RpcSettings = Pick<RpcOptions, 'pageSize' | 'timeoutMs' | 'headers'>;

interface LakeLocation {
  /** The path or `file:` URL of a folder, or an http(s) base URL. */
  readonly lake: string;
}

interface RpcLocation {
  /** The URL of a Stellar RPC. */
  readonly rpc: string;
  readonly rpcSettings?: RpcSettings;
}

/** A data lake, an RPC, or an RPC with a lake for the ledgers that the RPC no longer keeps. */
export type SourceLocation = LakeLocation | RpcLocation | (LakeLocation & RpcLocation);

export type SourceOptions = LakeOptions & RpcOptions & HttpOptions;

/**
 * Connects to nothing; the first read does.
 *
 * @throws TypeError if the location is neither a folder nor an http(s) URL
 */
export function openSource(location: SourceLocation, options: SourceOptions = {}): LedgerSource {
  if (!('rpc' in location)) return openLake(location.lake, options);
  const rpc = new RpcSource(httpUrl(location.rpc, 'an RPC'), { ...options, ...location.rpcSettings });
  return 'lake' in location ? new LakeBackedRpc(rpc, openLake(location.lake, options)) : rpc;
}

const BUCKET_HINT =
  '; a bucket has one too, like https://aws-public-blockchain.s3.us-east-2.amazonaws.com/v1.1/stellar/ledgers/pubnet';

function openLake(lake: string, options: SourceOptions): LedgerSource {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(lake)) {
    if (lake === '') throw new TypeError('found no lake, expected a folder or an http(s) URL');
    return new LakeSource(new FolderStore(lake), options);
  }
  if (/^file:/i.test(lake)) return new LakeSource(new FolderStore(fileURLToPath(lake)), options);
  return new LakeSource(new HttpStore(httpUrl(lake, 'a lake', BUCKET_HINT), options), options);
}
