/** Where the server listens. */
import { isIP } from 'node:net';
import { ShrikeError } from '../errors.ts';

export const defaultListen = '127.0.0.1:7717';

export type Address =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/**
 * Reads `HOST:PORT`, `[IPv6]:PORT`, `:PORT` (loopback) or `unix:/path`.
 *
 * @throws ShrikeError E_LISTEN_INVALID.
 */
export function parseAddress(listen: string): Address {
  const path = /^unix:(\/.+)$/.exec(listen)?.[1];
  // sun_path has 108 bytes with its NUL.
  if (path !== undefined && Buffer.byteLength(path) < 108) return { kind: 'unix', path };
  const match = /^(?:\[([\da-fA-F:.]+)\]|([^:[\]/\s]*)):(\d{1,5})$/.exec(listen);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? (match?.[2] || '127.0.0.1');
  const bracketed = match?.[1] !== undefined;
  if (match === null || port > 65535 || (bracketed && isIP(host) !== 6)) throw new ShrikeError('E_LISTEN_INVALID', { listen });
  return { kind: 'tcp', host, port };
}

/** Whether only this machine can reach it. */
export function isLocal(address: Address): boolean {
  if (address.kind === 'unix') return true;
  const { host } = address;
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The address as a user writes it. */
export function showAddress(address: Address): string {
  if (address.kind === 'unix') return `unix:${address.path}`;
  return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}
