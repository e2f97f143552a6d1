import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { broadcastOf, ipv4OfKernelHex, ipv6Mask, ipv6OfHex, ipv6OfKernelHex, prefixOfMask } from '../../../../src/tables/lib/addresses.ts';

describe('addresses', () => {
  it('turns the numbers of /proc/net into addresses', () => {
    expect(ipv4OfKernelHex('0100007F')).toBe('127.0.0.1');
    expect(ipv4OfKernelHex('FFFFFFFF')).toBe('255.255.255.255');
    expect(ipv6OfKernelHex('00000000000000000000000001000000')).toBe('::1');
    expect(ipv6OfKernelHex('0000000000000000FFFF00000100007F')).toBe('::ffff:127.0.0.1');
    expect(ipv6OfKernelHex('B80D0120000000000000000001000000')).toBe('2001:db8::1');
  });
  it('shortens IPv6 as inet_ntop does', () => {
    expect(ipv6OfHex('00000000000000000000000000000000')).toBe('::');
    expect(ipv6OfHex('20010db8000000010000000000000001')).toBe('2001:db8:0:1::1');
    expect(ipv6OfHex('20010db8000100010001000100010000')).toBe('2001:db8:1:1:1:1:1:0');
    expect(ipv6OfHex('20010db8000000000001000000000000')).toBe('2001:db8:0:0:1::');
    expect(ipv6OfHex('00010000000200000003000000040000')).toBe('1:0:2:0:3:0:4:0');
    expect(ipv6OfHex('000000000000000000000000c0000201')).toBe('::192.0.2.1');
  });
  it('always writes a valid address that means the same', () => {
    const expand = (address: string): string => {
      const dotted = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
        [a, b, c, d]
          .map((n) => Number(n).toString(16).padStart(2, '0'))
          .join('')
          .replace(/^(.{4})/, '$1:'),
      );
      const [before = '', after] = dotted.split('::');
      const left = before === '' ? [] : before.split(':');
      const right = after === undefined || after === '' ? [] : after.split(':');
      const middle: string[] = after === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
      return [...left, ...middle, ...right].map((group) => group.padStart(4, '0')).join('');
    };
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 }), (groups) => {
        const hex = groups.map((group) => group.toString(16).padStart(4, '0')).join('');
        const address = ipv6OfHex(hex);
        expect(isIPv6(address)).toBe(true);
        expect(expand(address)).toBe(hex);
      }),
    );
  });
  it('knows masks and broadcast addresses', () => {
    expect(ipv6Mask(64)).toBe('ffff:ffff:ffff:ffff::');
    expect(ipv6Mask(0)).toBe('::');
    expect(ipv6Mask(10)).toBe('ffc0::');
    expect(prefixOfMask('255.255.254.0')).toBe(23);
    expect(broadcastOf('10.1.2.3', '255.255.254.0')).toBe('10.1.3.255');
    expect(broadcastOf('10.1.2.3', '255.255.255.254')).toBeUndefined();
  });
});
