import { describe, expect, it } from 'vitest';
import { isLocal, parseAddress, showAddress } from '../../../src/server/address.ts';

describe('parseAddress', () => {
  it.each([
    ['127.0.0.1:7717', { kind: 'tcp', host: '127.0.0.1', port: 7717 }, true],
    [':0', { kind: 'tcp', host: '127.0.0.1', port: 0 }, true],
    ['[::1]:80', { kind: 'tcp', host: '::1', port: 80 }, true],
    ['localhost:80', { kind: 'tcp', host: 'localhost', port: 80 }, true],
    ['127.9.9.9:80', { kind: 'tcp', host: '127.9.9.9', port: 80 }, true],
    ['unix:/run/shrike.sock', { kind: 'unix', path: '/run/shrike.sock' }, true],
    ['0.0.0.0:80', { kind: 'tcp', host: '0.0.0.0', port: 80 }, false],
    ['[::]:80', { kind: 'tcp', host: '::', port: 80 }, false],
    ['127.example.com:80', { kind: 'tcp', host: '127.example.com', port: 80 }, false],
  ])('reads %s', (text, address, local) => {
    const parsed = parseAddress(text);
    expect(parsed).toEqual(address);
    expect(isLocal(parsed)).toBe(local);
    if (text !== ':0') expect(showAddress(parsed)).toBe(text);
  });

  it.each([
    '',
    '127.0.0.1',
    '127.0.0.1:',
    '127.0.0.1:70000',
    '::1:80',
    '[::1]',
    'a b:80',
    'unix:relative',
    `unix:/${'a'.repeat(120)}`,
    'http://127.0.0.1:80',
  ])('refuses %j', (text) => {
    expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: 'E_LISTEN_INVALID', exit: 2 }));
  });
});
