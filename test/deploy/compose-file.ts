import { readYaml } from './repository.ts';

export interface ComposeService {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly healthcheck?: {
    readonly test?: readonly string[];
    readonly interval?: string;
    readonly disable?: boolean;
  };
  readonly stop_grace_period?: string;
  readonly profiles?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly container_name?: string;
  readonly depends_on?: unknown;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
}

type Env = Readonly<Record<string, string>>;

/** A compose file as compose sees it: filled in from an environment. */
export function readCompose(path: string, env: Env = {}): ComposeFile {
  const file = readYaml(path) as ComposeFile;
  return fill(file, env) as ComposeFile;
}

/** The variables that a compose file itself uses: `${NAME}` with or without a default. */
export function usedIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name = '']) => name))];
}

/** What a service's process sees: a name without a value is passed on if it is set. */
export function environmentOf({ environment = {} }: ComposeService, env: Env = {}): Record<string, string> {
  const entries = Object.entries(environment).map(([name, value]) => [name, value ?? env[name]] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function fill(value: unknown, env: Env): unknown {
  if (typeof value === 'string') return fillText(value, env);
  if (Array.isArray(value)) return value.map((each) => fill(each, env));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fill(each, env)]));
}

function fillText(text: string, env: Env): string {
  return text.replaceAll(/\$\{(\w+)(?:(:?-)([^}]*))?\}/g, (_, name: string, kind?: string, fallback = '') => {
    const value = env[name];
    return value === undefined || (kind === ':-' && value === '') ? fallback : value;
  });
}
