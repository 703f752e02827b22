import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '@stellar-insights/runtime/time';
import { problemParts, type ProblemError } from '../answers/problem.ts';

/** How long a client may go on sending after the last answer on its connection. */
const LINGER_MS = 1000;

/** Answers a request whose route is not asked, as the last one of its connection. */
export function writeProblem(response: ServerResponse, problem: ProblemError): void {
  const { status, headers, body } = problemParts(problem, randomUUID());
  response.writeHead(status, { ...problem.headers, ...headers, Connection: 'close' }).end(body);
}

/** Answers bytes that never became a request, and closes the connection. */
export function writeRawProblem(socket: Socket, problem: ProblemError, clock: Clock): void {
  const { status, headers, body } = problemParts(problem, randomUUID());
  const head = Object.entries({ ...problem.headers, ...headers, Connection: 'close' });
  const lines = head.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  endGently(socket, clock, `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines}\r\n${body}`);
}

/** What still arrives is read and dropped for a second: unread bytes cause a reset, which would destroy the answer. */
export function endGently(socket: Socket, clock: Clock, last?: string): void {
  if (socket.writableEnded || socket.destroyed) return;
  socket.end(last ?? '');
  socket.resume();
  const cancel = clock.after(LINGER_MS, () => socket.destroy());
  socket.once('close', cancel);
}
