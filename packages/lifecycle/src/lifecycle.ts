import type { Acquirable } from './resources/as-resource.ts';
import { checkGrace, deadlineOf, type Budgets } from './stop/deadline.ts';
import { systemClock } from './host/clock.ts';
import type { CloseTools } from './stop/close-resource.ts';
import { ErrorLog } from './report/error-log.ts';
import { isCausedBy, LifecycleError } from './errors.ts';
import { ExitCode, signalExitCode } from './host/exit-code.ts';
import type { Factory } from './resources/acquisition.ts';
import { Holdings } from './resources/resource-stack.ts';
import { systemProcess } from './host/host-process.ts';
import { guardedLog, plainLog } from './host/log.ts';
import { placeMarker, type Marker, type PreviousExit } from './report/marker.ts';
import type { LifecycleOptions } from './options.ts';
import { checkPhases } from './phase.ts';
import { ReadinessGate, type Readiness } from './stop/readiness.ts';
import { describeError, type ShutdownReport, type StopReason } from './report/report.ts';
import { listen } from './host/signals.ts';
import { stopProcess } from './stop/stop.ts';
import { startWatchdog, type Watchdog } from './host/watchdog.ts';

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
   * Makes a resource and keeps it until its phase is closed; resolves to what the factory returned. While the
   * process starts, a factory that fails ends it: what was acquired is rolled back, then this rejects.
   * Once `run` was called any phase goes, and a failure is the caller's. Rejects with a `LifecycleError`.
   */
  acquire<T extends Acquirable>(phase: Name, factory: Factory<T>, options?: AcquireOptions): Promise<T>;
  /** The start is over: ready until asked to stop. Resolves, if the process does not exit, to the report. */
  run(): Promise<ShutdownReport>;
  /** Stops; the same promise however often it is called. */
  stop(reason?: string): Promise<ShutdownReport>;
  /**
   * Stops because the process cannot do its work; for what fails outside `acquire`, also after `run()`. The exit code is
   * 75 if `error.retryable`, else 78. While stopping, an error that the stop itself caused is no failure.
   */
  fail(error: unknown): Promise<ShutdownReport>;
  /** Stops listening to signals and uncaught errors; done by itself at the end of a stop. */
  unlisten(): void;
}

/** The lifecycle of this process. It listens to signals and uncaught errors at once. */
export function lifecycle<const Name extends string>(options: LifecycleOptions<Name>): Lifecycle<Name> {
  return new ProcessLifecycle(options);
}

/** The stop ends itself in time unless the event loop is blocked; so much later the watchdog does. */
const WATCHDOG_MARGIN_MS = 20;

/**
 * starting ── run() ──► running ── a signal, an uncaught error, stop() ──► stopping ── the report ──► stopped
 *
 * The same causes, and a factory that fails, lead from starting to stopping. Nothing leads back, and from
 * stopping to stopped there is one road. A second signal hurries it, a third cuts it off.
 */
class ProcessLifecycle<Name extends string> implements Lifecycle<Name> {
  state: Lifecycle['state'] = 'starting';
  readonly readiness: ReadinessGate;
  readonly signal: AbortSignal;
  readonly unlisten: () => void;
  readonly #options: LifecycleOptions<Name>;
  readonly #budgets: Budgets;
  readonly #startTimeoutMs: number;
  readonly #tools: CloseTools;
  readonly #holdings: Holdings;
  readonly #marker: Marker | undefined;
  readonly #watchdog: Watchdog | undefined;
  readonly #began: number;
  readonly #started: string;
  readonly #stopSignal = new AbortController();
  readonly #halt = new AbortController();
  readonly #stopped = Promise.withResolvers<ShutdownReport>();
  readonly #errors: ErrorLog;
  #ran = false;
  #signals = 0;
  #forcedBy: NodeJS.Signals | undefined;

  constructor(options: LifecycleOptions<Name>) {
    checkPhases(options.phases);
    const { name, phases, process: host = systemProcess, clock = systemClock } = options;
    const { readinessDelay = 0, reportTimeout = 1, timeout, heartbeatLimit = 0 } = options;
    const log = guardedLog(options.log ?? plainLog(host, name));
    this.#options = options;
    this.#budgets = { phases, readinessDelay, reportTimeout, timeout };
    this.#startTimeoutMs = (options.startTimeout ?? 60) * 1000;
    this.#tools = { clock, host, log, halt: this.#halt.signal };
    this.#errors = new ErrorLog(log);
    this.#holdings = new Holdings(phases, clock);
    this.#began = clock.now();
    this.#started = clock.date().toISOString();
    this.readiness = new ReadinessGate(clock);
    this.signal = this.#stopSignal.signal;
    if (options.marker !== undefined) {
      this.#marker = placeMarker(options.marker, { pid: host.pid, started: this.#started }, log);
    }
    if (options.process === undefined && options.watchdog !== false) {
      this.#watchdog = startWatchdog(heartbeatLimit * 1000, (error) =>
        log.warn({ err: error }, `the watchdog is not running: ${describeError(error).message}`),
      );
    }
    this.unlisten = listen(host, {
      signal: (signal) => this.#onSignal(signal),
      uncaught: (kind, error) => this.#onUncaught(kind, error),
    });
  }

  get previousExit(): PreviousExit | undefined {
    return this.#marker?.previous;
  }

  async acquire<T extends Acquirable>(
    phase: Name,
    factory: Factory<T>,
    options: AcquireOptions = {},
  ): Promise<T> {
    const release = this.#tools.host.hold();
    const { name, timeout = Infinity } = options;
    const ordered = this.state === 'starting';
    const leftMs = this.#startTimeoutMs - (ordered ? this.#tools.clock.now() - this.#began : 0);
    try {
      if (ordered) checkGrace(this.#budgets, this.#options.platformGrace);
      this.signal.throwIfAborted();
      const timeoutMs = Math.min(timeout * 1000, leftMs);
      return await this.#holdings.acquire(phase, factory, { name, timeoutMs, ordered });
    } catch (error) {
      if (this.state === 'starting') this.#failStart(error);
      // Whoever starts the process learns of it when all is rolled back; unless told not to, it has exited then.
      if (!this.#ran) await this.#stopped.promise;
      throw error;
    } finally {
      release();
    }
  }

  async run(): Promise<ShutdownReport> {
    const release = this.#tools.host.hold();
    try {
      if (this.state === 'starting') this.#open();
      return await this.#stopped.promise;
    } finally {
      release();
    }
  }

  stop(reason = 'a call of stop()'): Promise<ShutdownReport> {
    return this.#begin({ kind: 'requested', message: reason });
  }

  fail(error: unknown): Promise<ShutdownReport> {
    const { log } = this.#tools;
    if (this.state === 'starting') {
      this.#failStart(error);
    } else if (this.state === 'running') {
      const described = describeError(error);
      log.error({ err: error }, `the process fails: ${described.message}`);
      void this.#begin({ kind: 'failed', error: described });
    } else if (this.state === 'stopping' && !isCausedBy(error, this.signal.reason)) {
      this.#errors.record(error);
    }
    return this.#stopped.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('its disposal');
  }

  #open(): void {
    try {
      checkGrace(this.#budgets, this.#options.platformGrace);
    } catch (error) {
      this.#failStart(error);
      return;
    }
    this.state = 'running';
    this.#ran = true;
    this.readiness.open();
    this.#tools.log.info({}, 'ready');
  }

  #failStart(error: unknown): void {
    const resource = error instanceof LifecycleError ? error.facts['resource'] : undefined;
    const named = typeof resource === 'string' ? { resource } : {};
    const described = describeError(error);
    this.#tools.log.error({ err: error }, `the start failed: ${described.message}`);
    void this.#begin({ kind: 'start_failed', error: described, ...named });
  }

  #onSignal(signal: NodeJS.Signals): void {
    const { host, log } = this.#tools;
    this.#signals += 1;
    if (this.#signals > 2) {
      host.exit(signalExitCode(signal));
    } else if (this.#signals === 2) {
      log.warn({ signal }, `a second signal, ${signal}: what is still open is forced`);
      this.#forcedBy = signal;
      this.#halt.abort();
    } else if (this.state === 'starting') {
      const [pending] = this.#holdings.pending();
      void this.#begin({
        kind: 'start_interrupted',
        signal,
        ...(pending === undefined ? {} : { resource: pending.name }),
      });
    } else if (this.state === 'running') {
      void this.#begin({ kind: 'signal', signal });
    } else {
      log.info({ signal }, `${signal} while stopping; another one forces what is still open`);
    }
  }

  #onUncaught(kind: 'uncaught_exception' | 'unhandled_rejection', error: unknown): void {
    if (this.state === 'starting') {
      this.#failStart(error);
    } else if (this.state === 'running') {
      const described = describeError(error);
      this.#tools.log.error({ err: error }, `${kind.replace('_', ' ')}: ${described.message}`);
      void this.#begin({ kind, error: described });
    } else {
      this.#errors.record(error);
    }
  }

  #begin(reason: StopReason): Promise<ShutdownReport> {
    if (this.state === 'starting' || this.state === 'running') {
      this.state = 'stopping';
      this.#stop(reason).then(this.#stopped.resolve, (error: unknown) => {
        this.#errors.record(error);
        this.#stopped.reject(error);
        this.#tools.host.exit(ExitCode.unclean);
      });
    }
    return this.#stopped.promise;
  }

  async #stop(reason: StopReason): Promise<ShutdownReport> {
    const { host } = this.#tools;
    const release = host.hold();
    this.#watchdog?.expectEnd(deadlineOf(this.#budgets) * 1000 + WATCHDOG_MARGIN_MS);
    const stopping = stopProcess(
      {
        options: this.#options,
        budgets: this.#budgets,
        reason,
        started: this.#started,
        served: this.#ran,
        holdings: this.#holdings,
        readiness: this.readiness,
        errors: this.#errors,
        forcedBy: () => this.#forcedBy,
      },
      this.#tools,
    );
    const refusal = new LifecycleError(
      'stopping',
      `${this.#options.name} is stopping: nothing more can be acquired`,
    );
    for (const held of this.#holdings.pending()) held.abandon(refusal);
    this.#stopSignal.abort(refusal);

    const report = await stopping;
    this.state = 'stopped';
    this.#marker?.remove();
    this.#watchdog?.close();
    this.unlisten();
    if (this.#options.exit !== false) host.exit(report.exitCode);
    release();
    return report;
  }
}
