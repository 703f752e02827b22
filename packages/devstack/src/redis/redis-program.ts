/** A Redis (or Valkey) server that can be started on this machine. */
export type RedisProgram =
  | { readonly kind: 'binary'; readonly command: string; readonly argv0: string }
  | { readonly kind: 'docker'; readonly image: string };
