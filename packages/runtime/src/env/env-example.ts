import { defaultText, describeSchema } from './describe-schema.ts';
import type { EnvDeclarations, EnvVariable } from './declarations.ts';

export interface EnvGroup {
  readonly title: string;
  readonly variables: EnvDeclarations;
}

/**
 * The text of `.env.example`: each variable with its purpose, the values it takes and its default. Optional variables are
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
  const presence = standard ? `Default: ${standard}.` : optional ? 'Optional.' : 'Required.';
  const comment = `# ${description}\nTakes ${describeSchema(schema)}. ${presence}`.replaceAll('\n', '\n# ');
  const assignment = `${name}=${quoted(standard ?? example ?? '')}`;
  return `${comment}\n${optional ? '#' : ''}${assignment}`;
}

/** Parsers of such files treat spaces, `#` and `$` outside single quotes differently. */
function quoted(text: string): string {
  return /[\s#$"\\]/.test(text) ? `'${text}'` : text;
}
