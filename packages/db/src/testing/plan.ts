/** Whatever is stored, these hold one row, a row a task, the names of result codes, or what waits for metrics-sync. */
export const SMALL_TABLES: readonly string[] = [
  'codes',
  'database_identity',
  'dirty_corridor_buckets',
  'event_log_bounds',
  'event_log_head',
  'ledger_cursor',
  'ledger_gaps',
  'pg_database',
  'retention_horizon',
  'task_status',
];

/** A node of a plan as Postgres prints it in JSON, after it was run. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Loops'?: number;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  /** For each loop. */
  readonly 'Actual Rows'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** A table of so many pages is read faster from end to end than by an index. */
const FEW_PAGES = 5;

/** How a statement was run. */
export class Plan {
  readonly query: string;
  readonly root: PlanNode;

  constructor(query: string, root: PlanNode) {
    this.query = query;
    this.root = root;
  }

  /** Pages of 8 kB that were read, from memory or not, as often as they were. */
  get buffers(): number {
    return buffersOf(this.root);
  }

  /** The tables that were read from end to end, or had a partition read so, unless they are of a few pages. */
  get tablesReadWhole(): string[] {
    const scans = this.#nodesRun().filter(
      (node) => node['Node Type'] === 'Seq Scan' && buffersOf(node) > FEW_PAGES,
    );
    return [...new Set(scans.map((node) => tableOf(node)))];
  }

  /** How many partitions of a table were looked into. */
  partitionsOf(table: string): number {
    const scans = this.#nodesRun().filter((node) => tableOf(node) === table);
    return new Set(scans.map((node) => node['Relation Name'])).size;
  }

  /** How many rows of a table were read, as often as they were. */
  rowsOf(table: string): number {
    const scans = this.#nodesRun().filter((node) => tableOf(node) === table);
    return scans.reduce((sum, node) => {
      const {
        'Actual Rows': rows = 0,
        'Rows Removed by Filter': removed = 0,
        'Actual Loops': loops = 0,
      } = node;
      return sum + (rows + removed) * loops;
    }, 0);
  }

  #nodesRun(): PlanNode[] {
    return nodesOf(this.root).filter((node) => (node['Actual Loops'] ?? 0) > 0);
  }
}

function buffersOf(node: PlanNode): number {
  return (node['Shared Hit Blocks'] ?? 0) + (node['Shared Read Blocks'] ?? 0);
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

function tableOf({ 'Relation Name': relation = '' }: PlanNode): string {
  return relation.replace(/_\d+$/, '');
}
