/** Who runs: each is a program of the same name in `programs/`. */
export const candidates = [
  'lifecycle',
  'terminus',
  'lightship',
  'close-with-grace',
  'http-terminator',
  'stoppable',
  'bare',
] as const;

export type Candidate = (typeof candidates)[number];
