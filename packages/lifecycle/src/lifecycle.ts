import { isMainThread } from 'node:worker_threads';
import { claimProcess, sharedState } from './early/shared-state.ts';
import { checkOptions, checkTimeout } from './environment/check-options.ts';
import { isCausedBy, LifecycleError } from './errors.ts';
import { systemClock } from './host/clock.ts';
import { ExitCode, signalExitCode } from './host/exit-code.ts';
import { systemProcess } from './host/host-process.ts';
import { guardedLog, plainLog } from './host/log.ts';
import { textOf } from './host/foreign.ts';
import { listen, stopSignals, type Listening } from './host/signals.ts';
import { currentWork } from './host/work.ts';
import { placeMarker, type PreviousExit } from './marker/marker.ts';
import { withDefaults, type LifecycleOptions } from './options.ts';
import { ErrorLog } from './report/error-log.ts';
import { describeError, reasonText, type ShutdownReport, type StopReason } from './report/report.ts';
import type { Factory } from './resources/acquisition.ts';
import type { Acquirable } from './resources/as-resource.ts';
import { ResourceStack } from './resources/resource-stack.ts';
import { checkGrace, WRITE_NOW_MS } from './stop/deadline.ts';
import { ReadinessGate, type Readiness } from './stop/readiness.ts';
import { stop, type RunningProcess } from './stop/stop.ts';
import { startWatchdog } from './watchdog/watchdog.ts';

/** How long what asked for a stop may take to end before that looks like a wait for itself. */
const SELF_WAIT_MS = 1000;

export interface AcquireOptions {
  /** For messages and the report. Default: the resource's `name`, its class, or phase and number. */
  readonly name?: string;
  /** Seconds; lowers what `startTimeout` leaves. */
  readonly timeout?: number;
}

export interface Lifecycle<Name extends string = string> extends AsyncDisposable {
  readonly state: 'starting' | 'running' | 'stopping' | 'stopped';
  readonly readiness: Readiness;
  /** Aborts in the first moment of a stop. */
  readonly signal: AbortSignal;
  /** Set if the last run with the same `marker` ended without a report. */
  readonly previousExit: PreviousExit | undefined;
  /**
   * Makes a resource and keeps it until its phase is closed; resolves to what the factory returned. While the process
   * starts, a factory that fails ends the process: everything acquired is rolled back, then this rejects. After `run`
   * any phase may be acquired, and a failure is the caller's own. Rejects with a `LifecycleError`.
   */
  acquire<T extends Acquirable>(phase: Name, factory: Factory<T>, options?: AcquireOptions): Promise<T>;
  /** Ends the start: the process is ready until it has to stop. Resolves, if the process does not exit, to the report. */
  run(): Promise<ShutdownReport>;
  /** Stops; the same promise however often it is called. What the stop waits for, e.g. a request, must not await it. */
  stop(reason?: string): Promise<ShutdownReport>;
  /**
   * Stops because the process cannot do its work, during the start or after it; for what fails outside of `acquire`. The
   * exit code is 75 if `error.retryable`, else 78. While stopping, an error that the stop itself caused is no failure.
   */
  fail(error: unknown): Promise<ShutdownReport>;
  /** Stops listening to signals and uncaught errors. The end of a stop does it too. */
  unlisten(): void;
}

/**
 * The lifecycle of this process. It listens to signals and uncaught errors at once.
 *
 * @throws LifecycleError for options that cannot be used, and for a second lifecycle while the first has not stopped
 */
export function lifecycle<const Name extends string>(options: LifecycleOptions<Name>): Lifecycle<Name> {
  return new ProcessLifecycle(options);
}

/**
 * starting ── run() ──► running ── a signal, an uncaught error, stop(), fail() ──► stopping ── the report ──► stopped
 *
 * The same causes, and a factory that fails, lead from starting to stopping. Nothing leads back. A second signal forces
 * what is still open; a third ends the process within half a second.
 */
class ProcessLifecycle<Name extends string> implements Lifecycle<Name> {
  state: Lifecycle['state'] = 'starting';
  readonly readiness: ReadinessGate;
  readonly signal: AbortSignal;
  readonly previousExit: PreviousExit | undefined;
  readonly #process: RunningProcess;
  readonly #listening: Listening;
  readonly #isReal: boolean;
  readonly #began: number;
  readonly #stopped = Promise.withResolvers<ShutdownReport>();
  /** Whether `run` was called. */
  #served = false;
  #signals = 0;
  #firstSignalAt: number | undefined;

  constructor(options: LifecycleOptions<Name>) {
    checkOptions(options);
    this.#isReal = options.process === undefined;
    if (this.#isReal) claimProcess(options.name);
    const { name, phases, marker, process = systemProcess, clock = systemClock } = options;
    const signals = options.signals ?? stopSignals(process.platform);
    const log = guardedLog(options.log ?? plainLog(name, (text) => void process.write('stderr', text)));
    const settings = withDefaults(options);
    const started = clock.date().toISOString();
    const isWatched = this.#isReal && isMainThread && options.watchdog !== false;
    process.ignoreLostReaders();
    this.#began = clock.now();
    this.#process = {
      settings,
      host: { process, clock, log },
      resources: new ResourceStack(phases, clock),
      readiness: new ReadinessGate(clock),
      errors: new ErrorLog(log),
      watchdog: isWatched ? startWatchdog(settings.heartbeatLimit * 1000, log) : undefined,
      marker: marker === undefined ? undefined : placeMarker(marker, process.pid, started, log),
      started,
      announced: new AbortController(),
      forced: new AbortController(),
      hurried: Promise.withResolvers(),
    };
    this.readiness = this.#process.readiness;
    this.signal = this.#process.announced.signal;
    this.previousExit = this.#process.marker?.previous;
    this.#listening = listen(process, signals, {
      signal: (signal) => this.#onSignal(signal),
      uncaught: (kind, error) => void this.#fail(kind, error),
    });
    for (const warning of options.warnings ?? []) log.warn({}, warning);
    const held = this.#isReal ? sharedState().releaseSignals?.() : undefined;
    if (held !== undefined && signals.includes(held)) this.#onSignal(held);
  }

  async acquire<T extends Acquirable>(
    phase: Name,
    factory: Factory<T>,
    { name, timeout }: AcquireOptions = {},
  ): Promise<T> {
    const { settings, host, resources } = this.#process;
    const release = host.process.hold();
    const isOrdered = this.state === 'starting';
    try {
      if (isOrdered) checkGrace(settings);
      checkTimeout(timeout);
      this.signal.throwIfAborted();
      const leftMs = settings.startTimeout * 1000 - (isOrdered ? host.clock.now() - this.#began : 0);
      const timeoutMs = Math.min((timeout ?? Infinity) * 1000, leftMs);
      const given = name === undefined ? undefined : textOf(name);
      return await resources.acquire(phase, factory, { name: given, timeoutMs, isOrdered });
    } catch (error) {
      if (this.state === 'starting') void this.fail(error);
      // The caller learns of a failed start when everything is rolled back: usually the process has exited by then.
      if (!this.#served) await this.#stopped.promise;
      throw error;
    } finally {
      release();
    }
  }

  async run(): Promise<ShutdownReport> {
    const { host } = this.#process;
    const release = host.process.hold();
    try {
      if (this.state === 'starting') this.#serve();
      return await this.#stopped.promise;
    } finally {
      release();
    }
  }

  stop(reason = 'a call of stop()'): Promise<ShutdownReport> {
    this.#watchCaller();
    return this.#stop({ kind: 'requested', message: textOf(reason) });
  }

  fail(error: unknown): Promise<ShutdownReport> {
    this.#watchCaller();
    return this.#fail('failed', error);
  }

  unlisten(): void {
    this.#listening.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('its disposal');
  }

  #serve(): void {
    const { settings, host, readiness } = this.#process;
    try {
      checkGrace(settings);
      this.#served = true;
      this.state = 'running';
      this.#warnOfListeners();
      readiness.open();
      host.log.info({}, 'ready');
    } catch (error) {
      void this.fail(error);
    }
  }

  #onSignal(signal: NodeJS.Signals): void {
    const { settings, host, resources, forced, hurried } = this.#process;
    const sinceFirst = host.clock.now() - (this.#firstSignalAt ??= host.clock.now());
    if (this.#signals > 0 && sinceFirst < settings.signalDebounceMs) {
      const text = `${signal} again, ${Math.round(sinceFirst)} ms after the first: the same request`;
      return host.log.info({ signal }, text);
    }
    this.#signals += 1;
    if (this.#signals > 2) {
      hurried.resolve();
      const exitCode = signalExitCode(forced.signal.reason as NodeJS.Signals);
      host.clock.after(WRITE_NOW_MS, () => this.state === 'stopped' || host.process.exit(exitCode));
    } else if (this.#signals === 2) {
      host.log.warn({ signal }, `a second signal, ${signal}: what is still open is forced`);
      forced.abort(signal);
    } else if (this.state === 'starting') {
      void this.#stop({ kind: 'start_interrupted', signal, resource: resources.pending()[0]?.name });
    } else if (this.state === 'running') {
      void this.#stop({ kind: 'signal', signal });
    } else {
      host.log.info({ signal }, `${signal} while stopping; another signal forces what is still open`);
    }
  }

  #warnOfListeners(): void {
    const listeners = this.#listening.others();
    if (listeners.length === 0) return;
    const found = `found other listeners on our signals: ${listeners.join(', ')}`;
    const message = `${found}; expected none, as each may end the process before the stop is over`;
    this.#process.host.log.warn({ listeners }, message);
  }

  /** A request, a job or a `close` that awaits the stop is waited for by the stop. */
  #watchCaller(): void {
    const { clock, log } = this.#process.host;
    const work = currentWork();
    if (work === undefined || this.state === 'stopped') return;
    clock.after(SELF_WAIT_MS, () => {
      if (work.isOver || this.state === 'stopped') return;
      const found = `the stop was asked for within ${work.name}, which has not ended since`;
      log.warn(
        { work: work.name },
        `${found}: if it awaits the stop, each waits for the other; call stop() there without await`,
      );
    });
  }

  #fail(
    kind: 'failed' | 'uncaught_exception' | 'unhandled_rejection',
    error: unknown,
  ): Promise<ShutdownReport> {
    const { host, errors } = this.#process;
    if (this.state === 'starting' || this.state === 'running') {
      const resource = error instanceof LifecycleError ? error.facts['resource'] : undefined;
      const reason: StopReason = {
        kind: this.state === 'starting' ? 'start_failed' : kind,
        error: describeError(error),
        resource: typeof resource === 'string' ? resource : undefined,
      };
      host.log.error({ err: error }, reasonText(reason));
      return this.#stop(reason);
    }
    if (kind !== 'failed' || (this.state === 'stopping' && !isCausedBy(error, this.signal.reason))) {
      errors.record(error);
    }
    return this.#stopped.promise;
  }

  #stop(reason: StopReason): Promise<ShutdownReport> {
    if (this.state === 'starting' || this.state === 'running') {
      this.state = 'stopping';
      this.#warnOfListeners();
      void this.#end(reason);
    }
    return this.#stopped.promise;
  }

  async #end(reason: StopReason): Promise<void> {
    const { settings, host, errors } = this.#process;
    const release = host.process.hold();
    try {
      const report = await stop(this.#process, reason, this.#served);
      this.state = 'stopped';
      this.unlisten();
      if (this.#isReal) sharedState().owner = undefined;
      if (settings.exit !== false) host.process.exit(report.exitCode);
      this.#stopped.resolve(report);
    } catch (error) {
      errors.record(error);
      this.#stopped.reject(error);
      host.process.exit(ExitCode.unclean);
    }
    release();
  }
}
