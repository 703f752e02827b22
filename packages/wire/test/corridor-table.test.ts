import { describe, expect, it } from 'vitest';
import { corridorTable, type TableCorridor } from '../src/index.ts';

const USDC = 'USDC:GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN';

const corridors: readonly TableCorridor[] = [
  {
    source_asset: 'native',
    dest_asset: USDC,
    attempted: 1200,
    success_rate: { rate: 0.5, sample: 1200, lower: 0.4717, upper: 0.5283 },
    delivered: '1234567.8900000',
    self: { attempted: 3, succeeded: 1, delivered: '0.0000000', delivered_stroops: '0' },
    failures: new Map([['PAYMENT_NO_TRUST', 600]]),
  },
  {
    source_asset: 'native',
    dest_asset: 'native',
    attempted: 0,
    success_rate: { rate: null, sample: 0, lower: 0, upper: 1 },
    delivered: '10.0000000',
    self: { attempted: 0, succeeded: 0, delivered: '0.0000000', delivered_stroops: '0' },
  },
];

describe('the table of corridors', () => {
  it('shows everything, and amounts to the last stroop, if it is full', () => {
    expect(corridorTable(corridors, 'full')).toEqual([
      'source  destination     attempts  success    95 % interval   delivered    self  failures',
      'native  USDC:GA5Z…KZVN      1200   50.0 %  47.2 % – 52.8 %  1234567.89  1 of 3  PAYMENT_NO_TRUST 600',
      'native  native                 0        –                –          10',
    ]);
  });

  it('fits in 80 columns if it is compact', () => {
    expect(corridorTable(corridors, 'compact')).toEqual([
      'corridor            attempts  success    95 % interval          delivered',
      'XLM → USDC (…KZVN)     1,200   50.0 %  47.2 % – 52.8 %  1,234,567.89 USDC',
      'XLM → XLM                  0        –                –          10.00 XLM',
    ]);
  });
});
