/** A call of the RPC, as bare as can be; without `params`, it has none. */
export async function rpcCall(url: string, method: string, params?: unknown): Promise<RpcAnswer> {
  return post(url, JSON.stringify({ jsonrpc: '2.0', id: 'a', method, params }));
}

export async function post(url: string, body: string): Promise<RpcAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return (await response.json()) as RpcAnswer;
}

interface RpcAnswer {
  readonly jsonrpc: '2.0';
  readonly id: unknown;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string };
}
