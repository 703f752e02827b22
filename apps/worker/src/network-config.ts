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
      'The data lake to read ledgers from: a folder or an http(s) base URL. If STELLAR_RPC_URL is set too, commands read the lake and the worker reads the RPC.',
    example: 'https://aws-public-blockchain.s3.us-east-2.amazonaws.com/v1.1/stellar/ledgers/pubnet',
  },
  STELLAR_RPC_URL: {
    schema: z.url({ protocol: /^https?$/ }).optional(),
    description: 'The Stellar RPC to read ledgers from.',
    example: 'https://mainnet.sorobanrpc.com',
  },
});

export interface NetworkConfig {
  /** Undefined if no network is set. */
  readonly networkPassphrase: string | undefined;
  readonly lakeUrl: string | undefined;
  readonly rpcUrl: string | undefined;
}

/** @throws ConfigError with every fault */
export function networkConfig(env: Readonly<Record<string, string | undefined>>): NetworkConfig {
  const values = parseEnv(networkVariables, env);
  return {
    networkPassphrase: passphraseOf(values.STELLAR_NETWORK, values.STELLAR_NETWORK_PASSPHRASE),
    lakeUrl: values.LEDGER_LAKE_URL,
    rpcUrl: values.STELLAR_RPC_URL,
  };
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
