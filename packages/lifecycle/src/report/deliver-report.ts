import { rename, writeFile } from 'node:fs/promises';
import type { Host } from '../host/host-process.ts';
import { describeError, type ShutdownReport } from './report.ts';

/** `stdout`, `stderr`, `none`, the path of a file (which is replaced), or a function of yours. */
export type ReportDestination = string | ((report: ShutdownReport) => void | Promise<void>);

/** Resolves when the report has arrived, however slow the reader; rejects if it cannot arrive. */
export async function deliverReport(
  report: ShutdownReport,
  destination: ReportDestination | undefined,
  { process, log }: Host,
): Promise<void> {
  const to = destination ?? (process.isTerminal('stdout') ? 'none' : 'stdout');
  if (to === 'none') return;
  const line = `${JSON.stringify(report)}\n`;
  if (to === 'stdout' || to === 'stderr') return await process.write(to, line);
  try {
    if (typeof to === 'function') return await to(report);
    await writeFile(`${to}.${report.pid}`, line);
    await rename(`${to}.${report.pid}`, to);
  } catch (error) {
    log.error({ err: error }, `the report goes to stderr: ${describeError(error).message}`);
    await process.write('stderr', line);
  }
}
