import type { RpcSettings, SourceLocation } from '@stellar-insights/ledger/sources';
import { ConfigError, defineEnv, parseEnv } from '@stellar-insights/runtime/env';
import { z } from 'zod';

const PASSPHRASES = {
  pubnet: 'Public Global Stellar Network ; September 2015',
  testnet: 'Test SDF Network ; September 2015',
} as const;

/** The network, and the sources of its ledgers. */
export const networkVariables = defineEnv({
  STELLAR_NETWORK: {
    schema: z.enum(['pubnet', 'testnet', 'custom']).optional(),
    description: 'The network whose ledgers are read. If not set, it is the network that the source serves.',
    example: 'pubnet',
  },
  STELLAR_NETWORK_PASSPHRASE: {
    schema: z.string().optional(),
    description: 'The passphrase of a custom network.',
    example: 'Standalone Network ; February 2017',
  },
  LEDGER_LAKE_URL: {
    schema: z.string().optional(),
    description:
      'The data lake to read ledgers from: a folder or an http(s) base URL. If STELLAR_RPC_URL is set too, commands read the lake; the worker reads the RPC, and from the lake the ledgers that the RPC no longer keeps.',
    example: 'https://aws-public-blockchain.s3.us-east-2.amazonaws.com/v1.1/stellar/ledgers/pubnet',
  },
  STELLAR_RPC_URL: {
    schema: z.url({ protocol: /^https?$/ }).optional(),
    description: 'The Stellar RPC to read ledgers from.',
    example: 'https://mainnet.sorobanrpc.com',
  },
  STELLAR_RPC_PAGE_SIZE: {
    schema: z.coerce.number().int().min(1).max(200).default(20),
    description: 'The most ledgers to ask the RPC for at a time. A page that the RPC refuses is halved.',
  },
  STELLAR_RPC_TIMEOUT: {
    schema: z.coerce.number().min(1).max(600).default(30),
    description: 'Seconds after which a call of the RPC is given up.',
  },
  LEDGER_DECODER: {
    schema: z.enum(['reader', 'sdk']).default('reader'),
    description:
      'What decodes ledgers: the fast reader, of which every 1,000th ledger is compared with the Stellar SDK, or the SDK alone.',
  },
  STELLAR_RPC_HEADERS: {
    schema: z
      .string()
      .transform(parseHeaders)
      .optional()
      .describe(
        'NAME=VALUE pairs with commas between them; inside a value, %2C is a comma and %25 a percent sign',
      ),
    description: 'Headers of every call to STELLAR_RPC_URL, for the keys of RPC providers.',
    example: 'x-api-key=KEY',
    secret: true,
  },
});

export interface NetworkConfig {
  /** Undefined if no network is set. */
  readonly networkPassphrase: string | undefined;
  readonly lakeUrl: string | undefined;
  readonly rpcUrl: string | undefined;
  readonly rpcSettings: RpcSettings;
  /** What decodes ledgers. */
  readonly decoder: 'reader' | 'sdk';
}

/** @throws ConfigError with every fault */
export function networkConfig(env: Readonly<Record<string, string | undefined>>): NetworkConfig {
  const values = parseEnv(networkVariables, env);
  return {
    networkPassphrase: passphraseOf(values.STELLAR_NETWORK, values.STELLAR_NETWORK_PASSPHRASE),
    lakeUrl: values.LEDGER_LAKE_URL,
    rpcUrl: values.STELLAR_RPC_URL,
    rpcSettings: {
      pageSize: values.STELLAR_RPC_PAGE_SIZE,
      timeoutMs: values.STELLAR_RPC_TIMEOUT * 1000,
      headers: values.STELLAR_RPC_HEADERS ?? {},
    },
    decoder: values.LEDGER_DECODER,
  };
}

/** The source that the worker follows: an RPC is closer to the tip than a lake, and the lake has what the RPC has lost. */
export function tipSource({ rpcUrl, lakeUrl, rpcSettings }: NetworkConfig): SourceLocation | undefined {
  if (rpcUrl === undefined) return lakeUrl === undefined ? undefined : { lake: lakeUrl };
  const rpc = { rpc: rpcUrl, rpcSettings };
  return lakeUrl === undefined ? rpc : { ...rpc, lake: lakeUrl };
}

/** Where old ledgers are read: a lake has all of them, and an RPC only the newest ones. */
export function historySource(config: NetworkConfig): SourceLocation | undefined {
  const { lakeUrl } = config;
  return lakeUrl === undefined ? tipSource(config) : { lake: lakeUrl };
}

/** As in the variable OTEL_EXPORTER_OTLP_HEADERS. */
function parseHeaders(text: string, { issues }: z.core.ParsePayload<string>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const pair of text.split(',')) {
    const [, name, value] = /^\s*([!#$&'*+.^_`|~0-9A-Za-z-]+)=(.*?)\s*$/.exec(pair) ?? [];
    const decoded = value === undefined ? undefined : decodePercent(value);
    if (name === undefined || decoded === undefined || !/^[\x20-\x7e]+$/.test(decoded)) {
      issues.push({ code: 'custom', message: 'no list of headers', input: text });
      return z.NEVER;
    }
    headers[name.toLowerCase()] = decoded;
  }
  return headers;
}

function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function passphraseOf(
  network: 'pubnet' | 'testnet' | 'custom' | undefined,
  passphrase: string | undefined,
): string | undefined {
  if (network === 'pubnet' || network === 'testnet') {
    const own = PASSPHRASES[network];
    if (passphrase === undefined || passphrase === own) return own;
    throw new ConfigError([
      {
        name: 'STELLAR_NETWORK_PASSPHRASE',
        found: `"${passphrase}"`,
        expected: `"${own}" or nothing, as STELLAR_NETWORK is ${network}`,
      },
    ]);
  }
  if (network === 'custom' && passphrase === undefined) {
    throw new ConfigError([
      {
        name: 'STELLAR_NETWORK_PASSPHRASE',
        found: 'nothing',
        expected: 'the passphrase, as STELLAR_NETWORK is custom',
      },
    ]);
  }
  return passphrase;
}
