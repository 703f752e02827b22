import {
  ANCHOR_FAULTS,
  PAGING_FAULTS,
  type AnchorFault,
  type Faults,
  type HorizonFault,
  type ServiceFault,
} from '../faults.ts';

type Fields = Readonly<Record<string, unknown>>;

/** @throws TypeError if the value is no `Faults`; what it leaves out has no fault. */
export function parseFaults(value: unknown): Faults {
  const { rpc = null, horizon = null, anchors = {}, ...rest } = fieldsOf(value, 'faults');
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new TypeError(`found ${unknown}, expected rpc, horizon or anchors`);
  return {
    rpc: rpc === null ? null : serviceFault(rpc),
    horizon: horizon === null ? null : horizonFault(horizon),
    anchors: Object.fromEntries(
      Object.entries(fieldsOf(anchors, 'anchors')).map(([domain, fault]) => [domain, anchorFault(fault)]),
    ),
  };
}

function serviceFault(value: unknown): ServiceFault {
  const fault = fieldsOf(value, 'a fault');
  const { kind } = fault;
  switch (kind) {
    case 'slow':
      return { kind, delayMs: numberOf(fault, 'delayMs') };
    case 'garbage':
    case 'unavailable':
      return { kind };
    case 'rate_limited':
      return { kind, retryAfterSeconds: numberOf(fault, 'retryAfterSeconds') };
    case 'stale':
      return { kind, latestLedger: numberOf(fault, 'latestLedger') };
    default:
      throw new TypeError(
        `found a fault of kind ${JSON.stringify(kind)}, expected slow, garbage, unavailable, rate_limited or stale`,
      );
  }
}

function horizonFault(value: unknown): HorizonFault {
  const { kind, how } = fieldsOf(value, 'a fault');
  if (kind !== 'paging') return serviceFault(value);
  const known = PAGING_FAULTS.find((fault) => fault === how);
  if (known !== undefined) return { kind, how: known };
  throw new TypeError(`found ${JSON.stringify(how)} as how, expected one of ${PAGING_FAULTS.join(', ')}`);
}

function anchorFault(value: unknown): AnchorFault {
  const known = ANCHOR_FAULTS.find((fault) => fault === value);
  if (known !== undefined) return known;
  if (typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'slow') {
    return { kind: 'slow', delayMs: numberOf(fieldsOf(value, 'a fault'), 'delayMs') };
  }
  throw new TypeError(
    `found ${JSON.stringify(value)}, expected one of ${ANCHOR_FAULTS.join(', ')}, or {"kind":"slow","delayMs":n}`,
  );
}

export function numberOf(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw new TypeError(`found ${JSON.stringify(value)} as ${name}, expected a whole number`);
}

export function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new TypeError(`found ${JSON.stringify(value)} as ${what}, expected an object`);
}
