import { readText } from './repository.ts';

/** What the image says of itself: the instructions of the last stage. */
export function dockerfile() {
  const stages = readText('Dockerfile')
    .replaceAll(/\\\n/g, ' ')
    .split(/^FROM /m);
  const last = stages.at(-1) ?? '';
  const argument = (instruction: string): string =>
    new RegExp(`^${instruction}\\s+(.*)$`, 'm').exec(last)?.[1]?.trim() ?? '';
  const list = (text: string): string[] => JSON.parse(text.slice(text.indexOf('['))) as string[];
  return {
    command: list(argument('CMD')),
    healthcheck: list(argument('HEALTHCHECK')),
    healthcheckSeconds: Number(/--interval=(\d+)s/.exec(argument('HEALTHCHECK'))?.[1]),
    user: argument('USER'),
    ports: argument('EXPOSE').split(/\s+/).map(Number),
    env: Object.fromEntries(
      [...last.matchAll(/^ENV (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    ) as Record<string, string>,
  };
}
