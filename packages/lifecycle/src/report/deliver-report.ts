import { rename, writeFile } from 'node:fs/promises';
import { within } from '../host/clock.ts';
import type { Host } from '../host/host-process.ts';
import { describeError, type ShutdownReport } from './report.ts';

/** `stdout`, `stderr`, `none`, the path of a file (which is replaced), or a function of yours. */
export type ReportDestination = string | ((report: ShutdownReport) => void | Promise<void>);

/** How long stderr may take. */
const FALLBACK_MS = 200;

/** Resolves when the report has arrived. What does not take it within `limitMs`, or fails, is replaced by stderr. Never rejects. */
export async function deliverReport(
  report: ShutdownReport,
  destination: ReportDestination | undefined,
  limitMs: number,
  { process, clock, log }: Host,
): Promise<void> {
  const to = destination ?? (process.isTerminal('stdout') ? 'none' : 'stdout');
  if (to === 'none') return;
  const line = `${JSON.stringify(report)}\n`;
  const deliver = async (): Promise<void> => {
    if (to === 'stdout' || to === 'stderr') return await process.write(to, line);
    if (typeof to === 'function') return await to(report);
    await writeFile(`${to}.${report.pid}`, line);
    await rename(`${to}.${report.pid}`, to);
  };
  try {
    if (await within(limitMs, deliver(), clock)) return;
    const place = typeof to === 'function' ? 'the function' : to;
    throw new Error(`${place} did not take it within ${Math.round(limitMs)} ms`);
  } catch (error) {
    if (to === 'stderr') return;
    log.error({ err: error }, `the report goes to stderr: ${describeError(error).message}`);
    await within(FALLBACK_MS, process.write('stderr', line), clock);
  }
}
