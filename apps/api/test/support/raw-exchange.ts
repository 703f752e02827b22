import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends exactly these bytes and reads until the server ends the connection. */
export async function rawExchange(port: number, bytes: string): Promise<Response> {
  const socket = connect({ port, host: '127.0.0.1' });
  const received: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => received.push(chunk));
  socket.write(bytes, 'latin1');
  await once(socket, 'close');
  const text = Buffer.concat(received).toString();
  const [head = '', body] = text.split('\r\n\r\n', 2);
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => line.split(': ', 2) as [string, string]);
  return new Response(body, { status: Number(first.split(' ')[1]), headers });
}
