/** Certificates: those the system trusts, and those of Secure Boot. */
import { columns, foreign } from '../lib/columns.ts';
import { describeCertificate, pemBlocks } from '../lib/certificate.ts';
import { isThere, namesIn } from '../lib/config-files.ts';
import { textsOf } from '../lib/constraints.ts';
import { pathWithin } from '../lib/mount-view.ts';
import { bytes, lastFailure, readBytes, statOf } from '../lib/procfs.ts';
import { readVariable } from './firmware.ts';
import type { GeneratedTableSpec, Row, TableContext } from '../spec.ts';

/** Bundles of the distributions, then folders of single files. */
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
  '/var/lib/ca-certificates/ca-bundle.pem',
];
const folders = ['/etc/ssl/certs', '/etc/pki/tls/certs'];
const largest = 16 * 1024 * 1024;

/** Certificates. */
export const certificates: GeneratedTableSpec = {
  name: 'certificates',
  kind: 'state',
  description: 'Certificates that the system trusts, or those in the file or folder that a query gives.',
  source: '/etc/ssl/certs, /etc/pki/tls/certs, or path',
  estimatedRows: 300,
  columns: [
    ...columns(
      ['common_name', 'TEXT', 'Common name of the subject'],
      ['subject', 'TEXT', 'Subject, parts separated by slashes'],
      ['subject2', 'TEXT', 'Subject as RFC 2253 writes it'],
      ['issuer', 'TEXT', 'Issuer, parts separated by slashes'],
      ['issuer2', 'TEXT', 'Issuer as RFC 2253 writes it'],
      ['ca', 'INTEGER', 'Whether it may sign others: 1 yes'],
      ['self_signed', 'INTEGER', 'Whether it signed itself: 1 yes'],
      ['not_valid_before', 'DATETIME', 'Begin of its validity, in seconds since the epoch'],
      ['not_valid_after', 'DATETIME', 'End of its validity, in seconds since the epoch'],
      ['signing_algorithm', 'TEXT', 'Algorithm of the signature'],
      ['key_algorithm', 'TEXT', 'Kind of key'],
      ['key_strength', 'TEXT', 'Length of the key, in bits'],
      ['key_usage', 'TEXT', 'What the key may be used for'],
      ['subject_key_id', 'TEXT', 'Id of its key'],
      ['authority_key_id', 'TEXT', "Id of the issuer's key"],
      ['sha1', 'TEXT', 'SHA-1 digest of the certificate'],
      ['path', 'TEXT', 'File it stands in; a query may give a file or a folder', { additional: true }],
      ['serial', 'TEXT', 'Serial number, in hexadecimal'],
    ),
    ...foreign(
      'Windows and macOS',
      ['sid', 'TEXT'],
      ['store_location', 'TEXT'],
      ['store', 'TEXT'],
      ['username', 'TEXT'],
      ['store_id', 'TEXT'],
    ),
  ],
  examples: [
    "SELECT common_name, datetime(not_valid_after, 'unixepoch') AS ends FROM certificates WHERE not_valid_after < unixepoch() + 86400 * 30",
    "SELECT common_name, key_strength FROM certificates WHERE key_algorithm = 'rsaEncryption' AND CAST(key_strength AS INTEGER) < 2048",
  ],
  *rows(context) {
    const given = textsOf(context, 'path');
    const seen = new Set<string>();
    for (const path of given ?? defaultFiles(context)) {
      for (const file of filesOf(context, path)) {
        for (const row of certificatesIn(context, file)) {
          // The folder holds links to the same certificates that the bundle holds.
          if (given === undefined && seen.has(String(row['sha1']))) continue;
          seen.add(String(row['sha1']));
          const { is_ca: _same, ...rest } = row;
          yield { ...rest, path: given === undefined ? file : path };
        }
      }
    }
  },
};

function defaultFiles(context: TableContext): string[] {
  return [...bundles, ...folders].filter((path) => isThere(context.system.root, path));
}

function filesOf(context: TableContext, path: string): string[] {
  const real = pathWithin(context.system.root, path);
  if (real === undefined || statOf(real)?.isDirectory() !== true) return [path];
  return namesIn(context, context.system.root, path)
    .filter((name) => /\.(pem|crt|cer|cert|der|\d)$/.test(name))
    .map((name) => `${path}/${name}`);
}

function* certificatesIn(context: TableContext, path: string): Generator<Row> {
  const real = pathWithin(context.system.root, path) ?? path;
  const stat = statOf(real);
  if (stat === undefined || !stat.isFile() || stat.size > largest) return;
  const length = readBytes(real);
  if (length < 0) {
    context.warn(`${path} cannot be read: ${lastFailure()}`);
    return;
  }
  const data = Buffer.from(bytes().subarray(0, length));
  // DER begins with a sequence.
  const blocks = data[0] === 0x30 ? [data] : pemBlocks(data.toString('latin1'));
  for (const block of blocks) {
    context.checkInterrupt();
    const row = describe(context, block, path);
    if (row !== undefined) yield row;
  }
}

function describe(context: TableContext, block: string | Buffer, path: string): Row | undefined {
  try {
    return describeCertificate(block);
  } catch (error) {
    context.warn(`${path} holds something that is no certificate: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

const x509List = Buffer.from('a159c0a5e494a74a87b5ab155c2bf072', 'hex');
const imageSecurity = 'd719b2cb-3d3a-4596-a3bc-dad00e67656f';

/** Certificates of Secure Boot. */
export const secureboot_certificates: GeneratedTableSpec = {
  name: 'secureboot_certificates',
  kind: 'state',
  description: 'Certificates that Secure Boot accepts, and those it refuses; none on machines that did not boot by UEFI.',
  source: '/sys/firmware/efi/efivars: db, dbx',
  estimatedRows: 10,
  columns: columns(
    ['common_name', 'TEXT', 'Common name of the subject'],
    ['subject', 'TEXT', 'Subject'],
    ['issuer', 'TEXT', 'Issuer'],
    ['not_valid_before', 'DATETIME', 'Begin of its validity, in seconds since the epoch'],
    ['not_valid_after', 'DATETIME', 'End of its validity, in seconds since the epoch'],
    ['sha1', 'TEXT', 'SHA-1 digest of the certificate'],
    ['serial', 'TEXT', 'Serial number, in hexadecimal'],
    ['revoked', 'INTEGER', 'Whether it is refused: 1 yes'],
    ['path', 'TEXT', 'Variable of the firmware that holds it'],
    ['is_ca', 'INTEGER', 'Whether it may sign others: 1 yes'],
    ['self_signed', 'INTEGER', 'Whether it signed itself: 1 yes'],
    ['key_usage', 'TEXT', 'What the key may be used for'],
    ['authority_key_id', 'TEXT', "Id of the issuer's key"],
    ['subject_key_id', 'TEXT', 'Id of its key'],
    ['signing_algorithm', 'TEXT', 'Algorithm of the signature'],
    ['key_algorithm', 'TEXT', 'Kind of key'],
    ['key_strength', 'TEXT', 'Length of the key, in bits'],
  ),
  examples: [
    'SELECT common_name, revoked FROM secureboot_certificates',
    "SELECT 1 FROM secureboot_certificates WHERE common_name LIKE 'Microsoft%'",
  ],
  *rows(context) {
    if (statOf(`${context.system.sys}/firmware/efi`) === undefined) {
      context.warn('this machine did not boot by UEFI');
      return;
    }
    for (const [name, revoked] of [
      ['db', 0],
      ['dbx', 1],
    ] as const) {
      const path = `${context.system.sys}/firmware/efi/efivars/${name}-${imageSecurity}`;
      for (const block of signatureLists(readVariable(context, name, imageSecurity) ?? Buffer.alloc(0))) {
        const row = describe(context, block, path);
        if (row === undefined) continue;
        // The two tables call some things differently.
        const { subject2: _subject, issuer2: _issuer, ca: _ca, ...rest } = row;
        yield { ...rest, revoked, path };
      }
    }
  },
};

/** EFI_SIGNATURE_LIST: type, size of the list, of its header, of each signature; a signature is its owner's GUID and the certificate. */
export function* signatureLists(data: Buffer): Generator<Buffer> {
  let at = 0;
  while (at + 28 <= data.length) {
    const size = data.readUInt32LE(at + 16);
    const header = data.readUInt32LE(at + 20);
    const each = data.readUInt32LE(at + 24);
    if (size < 28 || at + size > data.length) return;
    if (each > 16 && data.subarray(at, at + 16).equals(x509List)) {
      for (let one = at + 28 + header; one + each <= at + size; one += each) yield data.subarray(one + 16, one + each);
    }
    at += size;
  }
}
