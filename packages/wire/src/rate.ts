import { wilsonInterval } from '@stellar-insights/analytics';
import type { Rate } from '@stellar-insights/contract';

/** `part` of `sample`, with its Wilson 95 % interval. */
export function renderRate(part: number, sample: number): Rate {
  return { rate: sample === 0 ? null : part / sample, sample, ...wilsonInterval(part, sample) };
}
