import { describe, expect, it } from 'vitest';
import { BLAMES, FAILING_OPERATIONS, FAILURE_REASONS, failureReason, RETRIES } from '../src/index.ts';
import { allQuotedCodes } from './decode/quoted-enums.ts';

describe('failure reasons', () => {
  it('are all codes for failures that the protocol has, each once', () => {
    const failures = allQuotedCodes().filter(([, value]) => value < 0);
    expect(failures.length).toBeGreaterThan(150);
    expect(FAILURE_REASONS.map(({ code }) => code).toSorted()).toEqual(
      failures.map(([spelling]) => spelling).toSorted(),
    );
  });

  it('are of the kind of operation that their code names', () => {
    for (const { code, operation } of FAILURE_REASONS) {
      expect(code).toMatch(operation === null ? /^(tx|op)[A-Z]/ : new RegExp(`^${operation.toUpperCase()}_`));
    }
    expect(new Set(FAILURE_REASONS.map(({ operation }) => operation))).toEqual(
      new Set([null, ...FAILING_OPERATIONS]),
    );
  });

  it('say in whole sentences what a code means and what to do, and whether trying again helps', () => {
    for (const { code, meaning, action, retry, blame } of FAILURE_REASONS) {
      for (const text of [meaning, action]) expect(text, code).toMatch(/^[A-Z].{10,}\.$/);
      expect(RETRIES).toContain(retry);
      expect([...BLAMES, null]).toContain(blame);
    }
    const without = FAILURE_REASONS.filter(({ blame }) => blame === null || blame === 'unknown');
    expect(without.map(({ code }) => code)).toEqual([
      'txFAILED',
      'txFEE_BUMP_INNER_FAILED',
      'INVOKE_HOST_FUNCTION_TRAPPED',
    ]);
  });

  it('have no entry for a success or for a code that is not known', () => {
    for (const code of ['txSUCCESS', 'PAYMENT_SUCCESS', 'opINNER', 'PAYMENT_(-99)', 'constructor']) {
      expect(failureReason(code as never)).toBeUndefined();
    }
  });
});
