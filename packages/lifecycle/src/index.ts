export type { Acquirable } from './resources/as-resource.ts';
export { systemClock, within, type Clock } from './host/clock.ts';
export type { ReportDestination } from './report/deliver-report.ts';
export {
  InvalidConfigurationError,
  shutdownFromEnv,
  shutdownVariables,
  type ConfigurationFault,
  type ShutdownSettings,
  type ShutdownVariable,
} from './environment.ts';
export { isCausedBy, LifecycleError, type LifecycleErrorCode } from './errors.ts';
export { ExitCode, signalExitCode } from './host/exit-code.ts';
export type { Factory } from './resources/acquisition.ts';
export type { HostEvent, HostProcess, Stream } from './host/host-process.ts';
export { lifecycle, type AcquireOptions, type Lifecycle } from './lifecycle.ts';
export type { Logger } from './host/log.ts';
export type { PreviousExit } from './report/marker.ts';
export type { LifecycleOptions } from './options.ts';
export { apiPhases, workerPhases, type ApiPhaseName, type Phase, type WorkerPhaseName } from './phase.ts';
export type { Readiness } from './stop/readiness.ts';
export type {
  ErrorReport,
  Outcome,
  PhaseReport,
  ReadinessReport,
  ResourceReport,
  ShutdownReport,
  StopReason,
} from './report/report.ts';
export type { AnnounceContext, CloseContext, Resource, ResourceCounts } from './resources/resource.ts';
export { timelineOf } from './report/timeline.ts';
