import { describe, expect, it } from 'vitest';
import { checkUrl, NetworkListError, OutboundClient, OutboundError, parseNetworks } from '../src/index.ts';

/** Every spelling that a URL parser reads as an address, by what the address is. */
const REFUSED_HOSTS: Readonly<Record<string, readonly string[]>> = {
  'IPv4 loopback in every spelling': [
    '127.0.0.1',
    '127.0.0.1.',
    '127.1',
    '127.0.1',
    '127.255.255.254',
    '2130706433',
    '017700000001',
    '0x7f000001',
    '0x7f.0x0.0x0.0x1',
    '0x7f.1',
    '0177.0.0.1',
    '0177.0x0.1',
    '127.0.0x0.1',
    '000177.0.0.1',
    '0X7F.0.0.1',
    '%31%32%37.0.0.1',
    '１２７.０.０.１',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    '127．0．0．1',
  ],
  'this network': ['0.0.0.0', '0', '0.1.2.3', '0x0', '00000000000'],
  'private use': [
    '10.0.0.1',
    '10.255.255.255',
    '10.1',
    '167772161',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '192.168.257',
  ],
  'carrier-grade NAT': ['100.64.0.1', '100.127.255.255', '1681915905'],
  'link-local and the metadata services of clouds': [
    '169.254.0.1',
    '169.254.169.254',
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '169.254.43518',
    '169.254.170.2',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '[fd00:ec2::254]',
    '[fd20:ce::254]',
    '[fe80::a9fe:a9fe]',
  ],
  'IETF protocol assignments': [
    '192.0.0.1',
    '192.0.0.8',
    '192.0.0.170',
    '[2001::1]',
    '[2001:1::1]',
    '[2001:2::1]',
    '[2001:20::1]',
    '[2001:1ff::1]',
  ],
  documentation: [
    '192.0.2.1',
    '198.51.100.7',
    '203.0.113.255',
    '[2001:db8::1]',
    '[2001:0db8:ffff::]',
    '[3fff::1]',
    '[3fff:fff::1]',
  ],
  'relays and sinks': [
    '192.31.196.1',
    '192.52.193.1',
    '192.88.99.1',
    '192.175.48.6',
    '[2620:4f:8000::1]',
    '[100::1]',
    '[100:0:0:1::1]',
  ],
  benchmarking: ['198.18.0.1', '198.19.255.255'],
  'multicast, broadcast and reserved': [
    '224.0.0.1',
    '239.255.255.250',
    '240.0.0.1',
    '255.255.255.255',
    '4294967295',
    '[ff02::1]',
    '[ff0e::1]',
  ],
  'IPv6 loopback and unspecified': [
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[0000:0000:0000:0000:0000:0000:0000:0001]',
  ],
  'IPv4 in IPv6: mapped': [
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[0:0:0:0:0:ffff:7f00:1]',
    '[::ffff:8.8.8.8]',
    '[::FFFF:169.254.169.254]',
  ],
  'IPv4 in IPv6: compatible': ['[::127.0.0.1]', '[::7f00:1]', '[::8.8.8.8]', '[::a9fe:a9fe]'],
  'IPv4 in IPv6: translated': ['[::ffff:0:127.0.0.1]', '[::ffff:0:a00:1]'],
  'IPv4 in IPv6: NAT64': [
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b::a9fe:a9fe]',
    '[64:ff9b:1::1]',
    '[64:ff9b:1:ffff::a00:1]',
  ],
  'IPv4 in IPv6: 6to4': ['[2002:7f00:1::]', '[2002:a9fe:a9fe::1]', '[2002:c0a8:1::1]'],
  'IPv4 in IPv6: Teredo': ['[2001:0:4136:e378:8000:63bf:80ff:fffe]', '[2001::7f00:1]'],
  'IPv6 of one network or nobody': [
    '[fc00::1]',
    '[fd12:3456:789a::1]',
    '[fe80::1]',
    '[febf::1]',
    '[fec0::1]',
    '[5f00::1]',
    '[4000::1]',
    '[8000::1]',
    '[1fff::1]',
    '[200::1]',
  ],
};

const PERMITTED_HOSTS = [
  '8.8.8.8',
  '0x08080808',
  '1.1.1.1',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '169.253.255.255',
  '172.15.255.255',
  '172.32.0.0',
  '192.0.1.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '[2606:4700:4700::1111]',
  '[2001:4860:4860::8888]',
  '[2001:200::1]',
  '[2003::1]',
  '[3ffe:ffff::1]',
  'example.com',
  'xn--mgba3a4f16a.ir',
  'bücher.example',
];

const REFUSED_URLS: Readonly<Record<string, string>> = {
  'a zone of an IPv6 address': 'http://[fe80::1%25eth0]/',
  'a zone without escape': 'http://[fe80::1%eth0]/',
  'an address in brackets that is none': 'http://[127.0.0.1]/',
  'an IPv4 address of too many parts': 'http://1.2.3.4.5/',
  'an IPv4 address beyond the last': 'http://4294967296/',
  'a user': 'https://user@example.com/',
  'a user and a password': 'https://user:secret@example.com/',
  'a password': 'https://:secret@example.com/',
  'a host that only looks like one': 'https://example.com@127.0.0.1/',
  'the port of SMTP': 'http://example.com:25/',
  'the port of SSH': 'https://example.com:22/',
  'the port of IRC': 'http://example.com:6667/',
  'the port of X11': 'http://example.com:6000/',
  'port 0': 'http://example.com:0/',
  'port 1': 'http://example.com:1/',
  'a port beyond the last': 'http://example.com:65536/',
  'a file': 'file:///etc/passwd',
  'a script': 'javascript:alert(1)',
  gopher: 'gopher://example.com:70/_x',
  ftp: 'ftp://example.com/',
  'a socket': 'wss://example.com/',
  'data in the URL': 'data:text/plain,x',
  'no protocol': 'example.com/hook',
  'no host': 'https:///',
  'a forbidden character in the host': 'https://exa mple.com/',
  'a null byte': 'https://example.com\u0000.internal/',
  'broken punycode': 'https://xn--\u00e9/',
  'an empty text': '',
  'more than 2048 characters': `https://example.com/${'x'.repeat(2048)}`,
};

function codeOf(url: string): string | undefined {
  try {
    checkUrl(url);
    return undefined;
  } catch (error) {
    return error instanceof OutboundError ? error.code : String(error);
  }
}

describe('a URL', () => {
  it('is refused if its host is an address that is not public, in any spelling', () => {
    const hosts = Object.values(REFUSED_HOSTS).flat();
    expect(hosts.length).toBeGreaterThanOrEqual(80);
    expect(hosts.filter((host) => codeOf(`http://${host}/`) !== 'address_not_allowed')).toEqual([]);
    expect(hosts.filter((host) => codeOf(`https://${host}:8443/`) !== 'address_not_allowed')).toEqual([]);
  });

  it('is permitted if its host is a name or a public address, also one beside a refused block', () => {
    expect(PERMITTED_HOSTS.filter((host) => codeOf(`https://${host}/hook?a=b`) !== undefined)).toEqual([]);
  });

  it.each(Object.entries(REFUSED_URLS))('is refused for its form: %s', (_, url) => {
    expect(codeOf(url)).toBe('url_not_allowed');
  });

  it('does not reach the message of its refusal', () => {
    expect(() => checkUrl('https://user:hunter2@example.com/?token=hunter2')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });

  it('may name an address of a network that the operator allows, and no other', () => {
    const networks = parseNetworks('127.0.0.0/8, fd00::/8');
    expect(checkUrl('http://0x7f.1:9000/', networks).hostname).toBe('127.0.0.1');
    expect(checkUrl('http://[fd00::1]/', networks).hostname).toBe('[fd00::1]');
    expect(() => checkUrl('http://[::ffff:127.0.0.1]/', networks)).toThrow('IPv4-mapped');
    expect(() => checkUrl('http://10.0.0.1/', networks)).toThrow('private use');
  });
});

describe('a list of networks', () => {
  it.each([
    '127.0.0.1',
    '127.1/8',
    '10.0.0.0/33',
    '10.0.0.0/',
    'fd00::/129',
    '0x7f000000/8',
    'example.com/8',
    'fe80::%eth0/64',
  ])('is refused with an entry that is no network: %s', (text) => {
    expect(() => parseNetworks(`10.0.0.0/8,${text}`)).toThrow(NetworkListError);
  });

  it('may be empty', () => {
    expect(parseNetworks(' ')).toEqual([]);
  });
});

describe('a name', () => {
  const refusedAddresses = Object.values(REFUSED_HOSTS)
    .flat()
    .map((host) => new URL(`http://${host}/`).hostname.replace(/^\[(.*)\]$/, '$1'));
  const oddAnswers = [
    '::ffff:127.0.0.1',
    '::127.0.0.1',
    '64:ff9b::10.0.0.1',
    'fe80::1%eth0',
    '2606:4700::1%lo',
    '127.1',
    '0x7f000001',
    'localhost',
    '',
  ];

  it.each([...new Set([...refusedAddresses, ...oddAnswers])])(
    'is refused if it resolves to %s',
    async (address) => {
      await using client = new OutboundClient({ lookup: async () => [address] });
      await expect(client.request({ method: 'GET', url: 'https://rebound.example/' })).rejects.toMatchObject({
        code: 'address_not_allowed',
        address,
        retryable: true,
      });
    },
  );

  it('is refused if one of its addresses is refused', async () => {
    await using client = new OutboundClient({ lookup: async () => ['8.8.8.8', '2606:4700::1', '10.0.0.1'] });
    await expect(client.request({ method: 'GET', url: 'https://rebound.example/' })).rejects.toMatchObject({
      code: 'address_not_allowed',
      address: '10.0.0.1',
    });
  });
});
