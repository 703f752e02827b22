export type { Acquirable } from './as-resource.ts';
export { systemClock, within, type Clock } from './clock.ts';
export type { ReportDestination } from './deliver-report.ts';
export {
  InvalidConfigurationError,
  shutdownFromEnv,
  shutdownVariables,
  type ConfigurationFault,
  type ShutdownSettings,
  type ShutdownVariable,
} from './environment.ts';
export { isCausedBy, LifecycleError, type LifecycleErrorCode } from './errors.ts';
export { ExitCode, signalExitCode } from './exit-code.ts';
export type { Factory } from './held.ts';
export type { HostEvent, HostProcess, Stream } from './host-process.ts';
export { lifecycle, type AcquireOptions, type Lifecycle } from './lifecycle.ts';
export type { Logger } from './log.ts';
export type { PreviousExit } from './marker.ts';
export type { LifecycleOptions } from './options.ts';
export { apiPhases, workerPhases, type ApiPhaseName, type Phase, type WorkerPhaseName } from './phase.ts';
export type { Readiness } from './readiness.ts';
export type {
  ErrorReport,
  Outcome,
  PhaseReport,
  ReadinessReport,
  ResourceReport,
  ShutdownReport,
  StopReason,
} from './report.ts';
export type { AnnounceContext, CloseContext, Resource, ResourceCounts } from './resource.ts';
export { timelineOf } from './timeline.ts';
