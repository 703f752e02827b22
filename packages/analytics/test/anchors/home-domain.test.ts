import { describe, expect, it } from 'vitest';
import { parseHomeDomain } from '../../src/index.ts';

describe('the domain of a text', () => {
  it.each([
    ['example.com', 'example.com'],
    ['WWW.Example.COM.', 'www.example.com'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['1.2.3.example', '1.2.3.example'],
    [`${'a'.repeat(52)}.example`, `${'a'.repeat(52)}.example`],
  ])('%j is %j', (text, domain) => {
    expect(parseHomeDomain(text)).toBe(domain);
  });

  it.each([
    '',
    '.',
    'localhost',
    '127.0.0.1',
    '1.2.3.4.',
    '[::1]',
    'a_b.example',
    'a b.example',
    'a..example',
    '-a.example',
    'a-.example',
    'https://a.example',
    'a.example/path',
    'a.example:443',
    'u@a.example',
    'ä.example',
    'a.example..',
    `${'a'.repeat(53)}.example`,
    'a.example\n',
  ])('%j is none', (text) => {
    expect(parseHomeDomain(text)).toBeNull();
  });
});
