/**
 * One step of a stop; its resources are closed together. Budgets are in seconds.
 *
 * The last phase may have none: it is closed after the report's hooks, in the time that the lifecycle keeps for its report,
 * and holds what carries the report away (telemetry, a health server that stops last).
 */
export interface Phase<Name extends string = string> {
  readonly name: Name;
  readonly budget?: number;
}
