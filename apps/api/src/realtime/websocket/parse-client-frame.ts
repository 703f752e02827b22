import {
  clientFrame,
  ERROR_CODES,
  type ClientFrame,
  type ErrorCode,
} from '@stellar-insights/contract/realtime';
import { z } from 'zod';

/** What is wrong with a message, as the `error` frame says it. */
export interface FrameFault {
  readonly code: ErrorCode;
  readonly message: string;
}

const TYPES = clientFrame.options.map((option) => option.shape.type.value);
const withType = z.looseObject({ type: z.string() });
/** Of what a client sent, no more is repeated. */
const QUOTED = 64;

/** The frame that the text of a message is, or what is wrong with it. */
export function parseClientFrame(text: string): ClientFrame | FrameFault {
  const json = parseJson(text);
  const typed = withType.safeParse(json);
  if (!typed.success) {
    return { code: ERROR_CODES.malformedFrame, message: 'expected a JSON object with a text `type`' };
  }
  const { type } = typed.data;
  if (!(TYPES as readonly string[]).includes(type)) {
    return {
      code: ERROR_CODES.unknownType,
      message: `found type ${quote(type)}, expected ${TYPES.join(', ')}`,
    };
  }
  const parsed = clientFrame.safeParse(json);
  return parsed.success ? parsed.data : faultOf(parsed.error, json);
}

export function isFault(frame: ClientFrame | FrameFault): frame is FrameFault {
  return 'code' in frame;
}

function faultOf({ issues }: z.ZodError, json: unknown): FrameFault {
  const [issue] = issues;
  const path = issue?.path ?? [];
  const [field, index] = path;
  const value = path.reduce<unknown>(
    (part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key],
    json,
  );
  const message = `\`${path.join('.')}\`: found ${quote(value)}; ${issue?.message ?? ''}`;
  if (field === 'after') return { code: ERROR_CODES.invalidCursor, message };
  const isName = field === 'channels' && index !== undefined && typeof value === 'string';
  return { code: isName ? ERROR_CODES.unknownChannel : ERROR_CODES.invalidFrame, message };
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
