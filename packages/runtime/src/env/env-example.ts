import { defaultText, describeWhatItTakes } from './describe-what-it-takes.ts';
import type { EnvDeclarations, EnvVariable } from './env-declarations.ts';

export interface EnvGroup {
  readonly title: string;
  readonly variables: EnvDeclarations;
}

/**
 * The text of `.env.example`: every variable with what it is for, what it takes and its default. What may be left out is
 * commented out.
 */
export function envExample(groups: readonly EnvGroup[]): string {
  return groups.map(groupText).join('\n');
}

function groupText({ title, variables }: EnvGroup): string {
  const entries = Object.entries(variables).map(([name, variable]) => `\n${variableText(name, variable)}\n`);
  return `# === ${title} ===\n${entries.join('')}`;
}

function variableText(name: string, { schema, description, example }: EnvVariable): string {
  const standard = defaultText(schema);
  const optional = schema.safeParse(undefined).success;
  const presence = standard === undefined ? (optional ? 'Optional.' : 'Required.') : `Default: ${standard}.`;
  const comment = `# ${description}\nTakes ${describeWhatItTakes(schema)}. ${presence}`.replaceAll(
    '\n',
    '\n# ',
  );
  const assignment = `${name}=${quoted(standard ?? example ?? '')}`;
  return `${comment}\n${optional ? '#' : ''}${assignment}`;
}

/** Readers of such files differ on spaces, `#` and `$` outside of single quotes. */
function quoted(text: string): string {
  return /[\s#$"\\]/.test(text) ? `'${text}'` : text;
}
