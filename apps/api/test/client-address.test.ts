import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { clientAddress } from '../src/middleware/client-address.ts';
import { addressBehind, networkOf } from '../src/server/client-address.ts';
import { serveRoutes } from './support/small-server.ts';

/** Of a request that the address 192.0.2.1 sends. */
function behind(proxies: number, forwarded?: string): string {
  return addressBehind(proxies)({
    socket: { remoteAddress: '::ffff:192.0.2.1' },
    headers: { 'x-forwarded-for': forwarded },
  } as never);
}

describe('the address of a client', () => {
  test('is that of the connection if no proxy is trusted, whatever the client claims', () => {
    expect(behind(0)).toBe('192.0.2.1');
    expect(behind(0, '198.51.100.1')).toBe('192.0.2.1');
  });

  test('is the one that the outermost of the trusted proxies saw', () => {
    const forwarded = '203.0.113.9, 198.51.100.1,198.51.100.2 , 2001:DB8:0:0::7';
    expect([1, 2, 3, 4].map((proxies) => behind(proxies, forwarded))).toEqual([
      '2001:db8::7',
      '198.51.100.2',
      '198.51.100.1',
      '203.0.113.9',
    ]);
  });

  test('is that of the connection if there is no address at that place', () => {
    for (const forwarded of [
      undefined,
      '',
      ',',
      'unknown',
      '<script>',
      '198.51.100.1,',
      '198.51.100.1, _hidden',
      '198.51.100.1, 300.1.1.1',
      '198.51.100.1, 127.1',
      '198.51.100.1, 0x7f000001',
      '198.51.100.1, 198.51.100.2:port',
      '198.51.100.1, [2001:db8::7',
      '198.51.100.1, 2001:db8::7::1',
      '198.51.100.1, for=198.51.100.2',
    ]) {
      expect(behind(1, forwarded), forwarded).toBe('192.0.2.1');
    }
    expect(behind(3, '198.51.100.1, 198.51.100.2')).toBe('192.0.2.1');
  });

  test('is the same however it is written: with a port, in brackets, with a zone, in long form, as IPv6', () => {
    for (const text of [
      '198.51.100.1:4711',
      '::ffff:198.51.100.1',
      '[::FFFF:c633:6401]:80',
      ' 198.51.100.1\t',
    ]) {
      expect(behind(1, text), text).toBe('198.51.100.1');
    }
    for (const text of ['[2001:db8::7]:443', '[2001:db8::7]', '2001:0DB8:0000::0007', '2001:db8::7%eth0']) {
      expect(behind(1, text), text).toBe('2001:db8::7');
    }
  });

  test('is counted as the whole /64 where it is IPv6', () => {
    expect(networkOf('198.51.100.1')).toBe('198.51.100.1');
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(networkOf('2001:db8::7')).toBe('2001:db8:0:0::/64');
    expect(networkOf('2001:db8:1::')).toBe('2001:db8:1:0::/64');
    expect(networkOf('::1')).toBe('0:0:0:0::/64');
    expect(networkOf('64:ff9b::198.51.100.1')).toBe('64:ff9b:0:0::/64');
  });

  test('is found in several header lines as in one, and not in `Forwarded`', async () => {
    const port = await serveRoutes((api) => {
      api.use(clientAddress(addressBehind(2)));
      api.get('/', (context) => context.text(context.get('address')));
    });
    const ask = async (headers: Readonly<Record<string, string | string[]>>): Promise<string> => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const asked = request({ host: '127.0.0.1', port, headers }, (response) => {
        response.setEncoding('utf8').on('data', resolve);
      });
      asked.on('error', reject).end();
      return await promise;
    };
    const lines = ['203.0.113.9, 203.0.113.8', '198.51.100.1', '10.0.0.2'];
    expect(await ask({ 'X-Forwarded-For': lines })).toBe('198.51.100.1');
    expect(await ask({ 'X-Forwarded-For': lines.slice(0, 1) })).toBe('203.0.113.9');
    expect(await ask({ Forwarded: 'for=198.51.100.1, for=198.51.100.2' })).toBe('127.0.0.1');
  });
});
