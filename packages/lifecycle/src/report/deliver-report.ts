import { rename, writeFile } from 'node:fs/promises';
import { describeError, type ShutdownReport } from './report.ts';
import type { CloseTools } from '../stop/close-resource.ts';

/** `stdout`, `stderr`, `none`, the path of a file (which is replaced), or a function of yours. */
export type ReportDestination = string | ((report: ShutdownReport) => void | Promise<void>);

/** Resolves when the report has arrived, however slow the reader; rejects if it cannot. */
export async function deliverReport(
  report: ShutdownReport,
  destination: ReportDestination,
  { host, log }: Pick<CloseTools, 'host' | 'log'>,
): Promise<void> {
  if (destination === 'none') return;
  const line = `${JSON.stringify(report)}\n`;
  if (destination === 'stdout' || destination === 'stderr') return await host.write(destination, line);
  try {
    if (typeof destination === 'function') return await destination(report);
    await writeFile(`${destination}.${report.pid}`, line);
    await rename(`${destination}.${report.pid}`, destination);
  } catch (error) {
    log.error({ err: error }, `the report goes to stderr: ${describeError(error).message}`);
    await host.write('stderr', line);
  }
}
