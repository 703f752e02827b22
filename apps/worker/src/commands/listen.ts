import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { importVerifyingKey } from '@stellar-insights/contract/webhook-signature';
import { Receiver, type Delivery } from '../listen/receiver.ts';
import { defineCommand } from './command.ts';
import { UsageError } from './errors.ts';

const usage = `usage: insights listen [--port 9000] [--host 127.0.0.1] [--secrets-file FILE] [--json]

Receives webhooks, checks their signatures and prints them, until it is interrupted. It answers 204, or 400 to what no secret
signed. Without a secret it checks nothing and answers 204.

  --port N             where to listen; 0 takes any free port; default: 9000
  --host ADDRESS       default: 127.0.0.1, which only this machine reaches
  --secrets-file FILE  secrets (whsec_…) and public keys (whpk_…), one a line; default: the variable LISTEN_SECRETS,
                       with commas between them. While a secret rotates, name both
  --json               one JSON object a line: {"received_at","id","bytes","again","verdict","body","error"}; the verdict is
                       verified, refused or unchecked; "again": the id arrived before
`;

export const listenCommand = defineCommand({
  usage,
  options: {
    port: { type: 'string', default: '9000' },
    host: { type: 'string', default: '127.0.0.1' },
    'secrets-file': { type: 'string' },
  },
  run: async ({ port, host, json, 'secrets-file': file }, { env, signal, stdout, stderr }) => {
    const secrets = await readSecrets(file, env['LISTEN_SECRETS']);
    const counts: Record<Delivery['verdict'], number> = { verified: 0, refused: 0, unchecked: 0 };
    await using receiver = await Receiver.start({
      host,
      port: portOf(port),
      secrets,
      onDelivery: (delivery) => {
        counts[delivery.verdict]++;
        stdout.write(json ? `${JSON.stringify(asJson(delivery))}\n` : asText(delivery));
      },
    }).catch((error: unknown) => {
      throw new UsageError(`found ${messageOf(error)}, expected a free port: name another with --port`);
    });
    const checks =
      secrets.length === 0 ? 'no secret: signatures are not checked' : `secrets: ${secrets.length}`;
    stderr.write(`listening on ${receiver.url} (${checks})\n`);
    if (!signal.aborted) await once(signal, 'abort');
    stderr.write(`${counts.verified} verified, ${counts.refused} refused, ${counts.unchecked} unchecked\n`);
  },
});

/** @throws UsageError, which does not repeat what it found */
async function readSecrets(file: string | undefined, variable = ''): Promise<string[]> {
  const text =
    file === undefined
      ? variable
      : await readFile(file, 'utf8').catch((error: unknown) => {
          throw new UsageError(`found ${messageOf(error)}, expected --secrets-file with a file of secrets`);
        });
  const secrets = text.split(/[,\s]+/).filter((secret) => secret !== '');
  for (const [index, secret] of secrets.entries()) {
    await importVerifyingKey(secret).catch((error: unknown) => {
      throw new UsageError(`secret ${index + 1} of ${secrets.length}: ${messageOf(error)}`);
    });
  }
  return secrets;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^[0-9]{1,5}$/.test(text) && port < 65_536) return port;
  throw new UsageError(`found --port ${text}, expected a number from 0 to 65535`);
}

function asJson({ receivedAt, id, error, ...delivery }: Delivery): object {
  return { received_at: receivedAt.toISOString(), id: id ?? null, ...delivery, error: error ?? null };
}

/** What came from others is printed as JSON, so that it cannot command the terminal. */
function asText({ receivedAt, verdict, id, again, bytes, error, body }: Delivery): string {
  const time = receivedAt.toISOString().slice(11, 23);
  const about = error === undefined ? visible(body) : `${error.code}: ${error.message}`;
  return `${time}  ${verdict.padEnd(9)}  ${visible(id ?? null)}${again ? ' again' : ''}  ${bytes} B  ${about}\n`;
}

function visible(value: unknown): string {
  // JSON escapes the control characters below U+0020 and leaves DEL and those of C1.
  return JSON.stringify(value).replaceAll(
    /[\u007f-\u009f]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}
