/** The value of a parameter; undefined is as good as no value. */
export type ParameterValue = string | number | boolean | undefined;

/**
 * The address of a route. Parameters that the path names in braces go there, all others into the query.
 *
 * @throws TypeError if a parameter of the path is missing
 */
export function routeUrl(
  base: string,
  path: string,
  parameters: Readonly<Record<string, ParameterValue | readonly ParameterValue[]>>,
): string {
  const rest = new Map(Object.entries(parameters));
  const filled = path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => {
    const value = rest.get(name);
    rest.delete(name);
    if (value === undefined || value === '')
      throw new TypeError(`found no ${name}, expected a value: ${path} names it`);
    return encodeURIComponent(String(value));
  });
  const query = new URLSearchParams();
  for (const [name, values] of rest) {
    for (const value of [values].flat()) if (value !== undefined) query.append(name, String(value));
  }
  const search = query.size === 0 ? '' : `?${query.toString()}`;
  return `${base}${filled}${search}`;
}

/** Those that the path names, and those that it does not. */
export function splitParameters(
  path: string,
  parameters: Readonly<Record<string, unknown>>,
): { readonly inPath: Record<string, ParameterValue>; readonly others: Record<string, unknown> } {
  const isInPath = ([name]: [string, unknown]): boolean => path.includes(`{${name}}`);
  const entries = Object.entries(parameters);
  return {
    inPath: Object.fromEntries(entries.filter(isInPath)) as Record<string, ParameterValue>,
    others: Object.fromEntries(entries.filter((entry) => !isInPath(entry))),
  };
}

/**
 * The address of an API without a slash at its end. The API may be at a path of its host.
 *
 * @throws TypeError if it is not an http address
 */
export function baseUrl(text: string | URL): string {
  const url = URL.parse(String(text));
  if (url?.protocol === 'http:' || url?.protocol === 'https:')
    return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  throw new TypeError(`found address ${String(text)}, expected one such as https://api.example.com`);
}
