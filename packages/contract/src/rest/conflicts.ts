/* Refusals of parameters that do not fit each other, for `superRefine`. A problem names every one of them. */

/** What `superRefine` gives, whatever the query is. */
export interface Refusals {
  addIssue(issue: { readonly code: 'custom'; readonly path: string[]; readonly message: string }): void;
}

/** `messages`: what each of these parameters must be. */
export function refuse(refusals: Refusals, messages: Readonly<Record<string, string>>): void {
  for (const [name, message] of Object.entries(messages)) {
    refusals.addIssue({ code: 'custom', path: [name], message });
  }
}

/** Refuses the parameter `name` beside any of the others. */
export function refuseBeside<Query extends object>(
  query: Query,
  refusals: Refusals,
  name: keyof Query & string,
  others: readonly (keyof Query & string)[],
): void {
  const beside = others.filter((other) => query[other] !== undefined);
  if (query[name] === undefined || beside.length === 0) return;
  refuse(refusals, { [name]: `expected without ${beside.map((other) => `\`${other}\``).join(', ')}` });
  for (const other of beside) refuse(refusals, { [other]: `expected without \`${name}\`` });
}
