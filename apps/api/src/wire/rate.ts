import { wilsonInterval } from '@stellar-insights/analytics';
import type { Rate } from '@stellar-insights/contract';

export function rateOf(part: number, sample: number): Rate {
  return { rate: sample === 0 ? null : part / sample, sample, ...wilsonInterval(part, sample) };
}
