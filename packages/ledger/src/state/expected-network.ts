/** The passphrase of the network whose ledgers are stored; undefined while none is known. */
export type ExpectedNetwork = (signal: AbortSignal) => Promise<string | undefined>;
