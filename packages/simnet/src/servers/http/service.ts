export interface ServiceRequest {
  readonly method: string;
  /** Where the service is mounted, as the client calls it: an absolute URL without a slash at its end. */
  readonly base: string;
  /** What follows `base`: empty, or from its slash on. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Closes the connection without an answer. */
export const HANG_UP = null;

export type Service = (request: ServiceRequest) => Answer | typeof HANG_UP | Promise<Answer | typeof HANG_UP>;

export function json(status: number, value: unknown, contentType = 'application/json'): Answer {
  return { status, headers: { 'content-type': contentType }, body: JSON.stringify(value) };
}

export function text(status: number, body: string, contentType = 'text/plain; charset=utf-8'): Answer {
  return { status, headers: { 'content-type': contentType }, body };
}
