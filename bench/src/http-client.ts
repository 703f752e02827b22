import { type Agent, get } from 'node:http';

export interface Answer {
  /** `answered`, or the error's code. */
  readonly outcome: string;
  readonly status: number;
  readonly body: string;
  /** When the last byte had come, in `performance.now()`. */
  readonly at: number;
}

/** One GET; never rejects. */
export function request(port: number, path: string, agent: Agent): Promise<Answer> {
  return new Promise((resolve) => {
    const end = (outcome: string, status = 0, body = ''): void =>
      resolve({ outcome, status, body, at: performance.now() });
    const failed = (error: NodeJS.ErrnoException): void => end(error.code ?? error.message);
    get({ host: '127.0.0.1', port, path, agent }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('error', failed);
      response.on('data', (text: string) => (body += text));
      response.on('end', () => end('answered', response.statusCode, body));
    }).on('error', failed);
  });
}
