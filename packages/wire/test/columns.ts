/** The paths of all fields of a row that are no objects. */
export function columnsOf(row: object): string[] {
  return Object.entries(row).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null ? columnsOf(value).map((rest) => `${name}.${rest}`) : [name],
  );
}
