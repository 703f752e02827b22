/**
 * A client that follows everything and notes when each event came. Prints `subscribed`, and a line of JSON when all payments of a
 * ledger have come. Events are not parsed: so that the servers are what takes the time.
 */
import { WebSocket } from 'ws';

/** What came of one ledger. */
export interface ArrivedLedger {
  readonly ledger: number;
  /** Unix milliseconds at which it was reported as closed. */
  readonly closed: number;
  /** Payments, by the Unix milliseconds of their arrival. */
  readonly payments: Readonly<Record<string, number>>;
}

const LEDGER = /"ledger":(\d+)/;
/** Long enough for what stands before a payment's ledger. */
const HEAD_BYTES = 1000;
const now = (): number => performance.timeOrigin + performance.now();

let open:
  | { ledger: number; closed: number; expected: number; came: number; payments: Record<string, number> }
  | undefined;

const socket = new WebSocket(`ws://127.0.0.1:${process.env['BENCH_PORT']}/ws`, { perMessageDeflate: false });
socket.on('open', () =>
  socket.send(JSON.stringify({ type: 'subscribe', channels: ['ledgers', 'payments'] })),
);
socket.on('close', (code) => console.log(`closed ${code}`));
socket.on('message', (frame: Buffer) => {
  const head = frame.toString('latin1', 0, HEAD_BYTES);
  if (head.includes('"event":"ledger.closed"')) begin(frame);
  else if (head.startsWith('{"type":"event"')) add(Number(LEDGER.exec(head)?.[1]));
  else if (head.includes('"subscription_confirm"')) console.log('subscribed');
  else if (!head.includes('"connected"')) console.log(head);
});

function begin(frame: Buffer): void {
  const { data } = JSON.parse(frame.toString()) as {
    data: { sequence: number; payments: { succeeded: number; failed: number } };
  };
  const expected = data.payments.succeeded + data.payments.failed;
  open = { ledger: data.sequence, closed: now(), expected, came: 0, payments: {} };
}

/** A ledger's payments follow its `ledger.closed`, in order. */
function add(ledger: number): void {
  if (open?.ledger !== ledger)
    throw new Error(`found a payment of ${ledger}, expected one of ${open?.ledger}`);
  const at = now().toFixed(0);
  open.payments[at] = (open.payments[at] ?? 0) + 1;
  open.came += 1;
  if (open.came < open.expected) return;
  const { closed, payments } = open;
  console.log(JSON.stringify({ ledger, closed, payments } satisfies ArrivedLedger));
}
