import { reasonText, type Outcome, type ShutdownReport } from './report.ts';

const WIDTH = 32;
const MARK: Record<Outcome, string> = { clean: ' ', failed: '✗', forced: '!' };

interface Row {
  readonly label: string;
  readonly outcome: Outcome;
  readonly startedMs: number;
  readonly usedMs: number;
  readonly plannedMs?: number;
  readonly note: string;
}

/** The stop as a picture for a person at a terminal: a bar per phase and resource over the time it took. */
export function timelineOf(report: ShutdownReport): string {
  const rows = rowsOf(report);
  const indent = Math.max(...rows.map(({ label }) => label.length)) + 2;
  const lines = rows.map((row) => {
    const from = Math.floor((row.startedMs / Math.max(1, report.usedMs)) * WIDTH);
    const length = Math.max(1, Math.round((row.usedMs / Math.max(1, report.usedMs)) * WIDTH));
    const bar =
      ' '.repeat(Math.min(from, WIDTH - 1)) + '█'.repeat(Math.min(length, WIDTH - Math.min(from, WIDTH - 1)));
    const planned = row.plannedMs === undefined ? '' : ` of ${seconds(row.plannedMs)}`;
    const time = `${seconds(row.usedMs)}${planned} s`.padStart(16);
    return `${MARK[row.outcome]} ${row.label.padEnd(indent)}${time}  ${bar.padEnd(WIDTH)}  ${row.note}`.trimEnd();
  });
  const title = `${report.name} stopped in ${seconds(report.usedMs)} s after ${reasonText(report.reason)}`;
  return `\n${title}: ${report.outcome}, exit ${report.exitCode}\n${lines.join('\n')}\n`;
}

function rowsOf({ readiness, phases }: ShutdownReport): readonly Row[] {
  const delay: Row = {
    label: 'readiness delay',
    outcome: 'clean',
    startedMs: 0,
    usedMs: readiness.usedMs,
    plannedMs: readiness.plannedMs,
    note: `${readiness.probes} probes, ${readiness.outcome}`,
  };
  const ofPhases = phases
    .filter(({ resources }) => resources.length > 0)
    .flatMap((phase): readonly Row[] => [
      { ...phase, label: phase.name, note: '' },
      ...phase.resources.map((resource) => ({
        label: `  ${resource.name}`,
        outcome: resource.outcome,
        startedMs: phase.startedMs,
        usedMs: resource.usedMs,
        note: [
          ...Object.entries(resource.counts ?? {}).map(([name, count]) => `${name} ${count}`),
          ...(resource.waitedFor === undefined ? [] : [`waited for ${resource.waitedFor}`]),
          ...(resource.error === undefined ? [] : [resource.error.message]),
        ].join(', '),
      })),
    ]);
  return readiness.outcome === 'skipped' ? ofPhases : [delay, ...ofPhases];
}

const seconds = (ms: number): string => (ms / 1000).toFixed(2);
