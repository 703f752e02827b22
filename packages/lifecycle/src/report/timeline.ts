import {
  reasonText,
  seconds,
  type Outcome,
  type PhaseReport,
  type ResourceReport,
  type ShutdownReport,
} from './report.ts';

const WIDTH = 32;
const MARK: Record<Outcome, string> = { clean: ' ', failed: '✗', forced: '!' };

type Row = Pick<PhaseReport, 'outcome' | 'startedMs' | 'usedMs'> &
  Partial<Pick<PhaseReport, 'plannedMs'>> & { readonly label: string; readonly note: string };

/** The stop as a picture for a person at a terminal: a bar for each phase and resource over the time it took. */
export function timelineOf(report: ShutdownReport): string {
  const rows = rowsOf(report);
  const indent = Math.max(...rows.map(({ label }) => label.length)) + 2;
  const columns = (ms: number): number => (ms / Math.max(1, report.usedMs)) * WIDTH;
  const lines = rows.map(({ label, outcome, startedMs, usedMs, plannedMs, note }) => {
    const from = Math.min(Math.floor(columns(startedMs)), WIDTH - 1);
    const length = Math.min(Math.max(1, Math.round(columns(usedMs))), WIDTH - from);
    const bar = (' '.repeat(from) + '█'.repeat(length)).padEnd(WIDTH);
    const planned = plannedMs === undefined ? '' : ` of ${seconds(plannedMs)}`;
    const time = `${seconds(usedMs)}${planned} s`.padStart(16);
    return `${MARK[outcome]} ${label.padEnd(indent)}${time}  ${bar}  ${note}`.trimEnd();
  });
  const title = `${report.name} stopped in ${seconds(report.usedMs)} s after ${reasonText(report.reason)}`;
  return `\n${title}: ${report.outcome}, exit ${report.exitCode}\n${lines.join('\n')}\n`;
}

function rowsOf({ readiness, phases }: ShutdownReport): readonly Row[] {
  const note = `${readiness.probes} probes, ${readiness.outcome}`;
  const delay: Row = { ...readiness, label: 'readiness delay', outcome: 'clean', startedMs: 0, note };
  const used = phases.filter(({ resources }) => resources.length > 0);
  return [
    ...(readiness.outcome === 'skipped' ? [] : [delay]),
    ...used.flatMap((phase): readonly Row[] => [
      { ...phase, label: phase.name, note: '' },
      ...phase.resources.map((resource) => {
        const { name, outcome, usedMs } = resource;
        return { label: `  ${name}`, outcome, usedMs, startedMs: phase.startedMs, note: noteOf(resource) };
      }),
    ]),
  ];
}

function noteOf({ counts = {}, waitedFor, error }: ResourceReport): string {
  const notes = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  if (waitedFor !== undefined) notes.push(`waited for ${waitedFor}`);
  if (error !== undefined) notes.push(error.message);
  return notes.join(', ');
}
