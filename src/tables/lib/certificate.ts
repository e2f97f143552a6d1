/** X.509 certificates, in osquery's words. */
import { X509Certificate } from 'node:crypto';
import type { Row } from '../spec.ts';
import { derChildren, derOid } from './der.ts';

/** OpenSSL's long names. */
const algorithms: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.1': 'rsaEncryption',
  '1.2.840.113549.1.1.4': 'md5WithRSAEncryption',
  '1.2.840.113549.1.1.5': 'sha1WithRSAEncryption',
  '1.2.840.113549.1.1.10': 'rsassaPss',
  '1.2.840.113549.1.1.11': 'sha256WithRSAEncryption',
  '1.2.840.113549.1.1.12': 'sha384WithRSAEncryption',
  '1.2.840.113549.1.1.13': 'sha512WithRSAEncryption',
  '1.2.840.10040.4.1': 'dsaEncryption',
  '1.2.840.10045.2.1': 'id-ecPublicKey',
  '1.2.840.10045.4.1': 'ecdsa-with-SHA1',
  '1.2.840.10045.4.3.2': 'ecdsa-with-SHA256',
  '1.2.840.10045.4.3.3': 'ecdsa-with-SHA384',
  '1.2.840.10045.4.3.4': 'ecdsa-with-SHA512',
  '1.3.101.112': 'ED25519',
  '1.3.101.113': 'ED448',
};
const usages = [
  'Digital Signature',
  'Non Repudiation',
  'Key Encipherment',
  'Data Encipherment',
  'Key Agreement',
  'Key Cert Sign',
  'CRL Sign',
  'Encipher Only',
  'Decipher Only',
];

interface Details {
  readonly signingAlgorithm: string;
  readonly keyAlgorithm: string;
  /** By OID. */
  readonly extensions: ReadonlyMap<string, Buffer>;
}

/** What node:crypto does not tell. */
function readDetails(raw: Buffer): Details {
  const body = derChildren(derChildren(raw)[0]?.content ?? Buffer.alloc(0))[0];
  const fields = derChildren(body?.content ?? Buffer.alloc(0));
  // An explicit version comes first in all but the oldest certificates: then serial, algorithm, issuer, validity, subject, key.
  const shift = fields[0]?.tag === 0xa0 ? 1 : 0;
  const oid = (content: Buffer | undefined): string => {
    const id = derOid(derChildren(content ?? Buffer.alloc(0))[0]?.content ?? Buffer.alloc(0));
    return algorithms[id] ?? id;
  };
  const extensions = new Map<string, Buffer>();
  const list = fields.find(({ tag }) => tag === 0xa3);
  for (const extension of derChildren(derChildren(list?.content ?? Buffer.alloc(0))[0]?.content ?? Buffer.alloc(0))) {
    const parts = derChildren(extension.content);
    const value = parts.at(-1);
    if (parts[0] && value?.tag === 0x04) extensions.set(derOid(parts[0].content), value.content);
  }
  return {
    signingAlgorithm: oid(fields[shift + 1]?.content),
    keyAlgorithm: oid(derChildren(fields[shift + 5]?.content ?? Buffer.alloc(0))[0]?.content),
    extensions,
  };
}

function keyUsage(extension: Buffer | undefined): string {
  const bits = extension && derChildren(extension)[0];
  if (bits?.tag !== 0x03) return '';
  return usages.filter((_, i) => ((bits.content[1 + (i >> 3)] ?? 0) & (0x80 >> (i & 7))) !== 0).join(', ');
}

const curveBits: Readonly<Record<string, number>> = { prime256v1: 256, secp256k1: 256, secp384r1: 384, secp521r1: 521 };

function strength(certificate: X509Certificate): string {
  try {
    const key = certificate.publicKey;
    const details = key.asymmetricKeyDetails;
    if (details?.modulusLength !== undefined) return String(details.modulusLength);
    if (details?.namedCurve !== undefined) return String(curveBits[details.namedCurve] ?? '');
    return key.asymmetricKeyType === 'ed25519' ? '256' : key.asymmetricKeyType === 'ed448' ? '456' : '';
  } catch {
    // A kind of key that this OpenSSL does not know.
    return '';
  }
}

/** Node joins the parts of a name by line breaks. */
const nameParts = (name: string | undefined): string[] => (name ?? '').split('\n').filter((part) => part !== '');
/** Node escapes the characters that are special in RFC 2253. */
const plain = (text: string): string => text.replace(/\\([,+"\\<>;#= ])/g, '$1');
const oneLine = (name: string | undefined): string =>
  nameParts(name)
    .map((part) => `/${plain(part)}`)
    .join('');
const reversed = (name: string | undefined): string => nameParts(name).reverse().join(',');
const hex = (data: Buffer | undefined): string => data?.toString('hex').toUpperCase() ?? '';

/**
 * Columns of `certificates` and `secureboot_certificates` for one certificate.
 *
 * @throws when the data is no certificate
 */
export function describeCertificate(data: string | Buffer): Row {
  const certificate = new X509Certificate(data);
  const { signingAlgorithm, keyAlgorithm, extensions } = readDetails(certificate.raw);
  const commonName = nameParts(certificate.subject)
    .filter((part) => part.startsWith('CN='))
    .at(-1);
  const subjectKey = extensions.get('2.5.29.14');
  const authorityKey = extensions.get('2.5.29.35');
  const keyId =
    authorityKey && derChildren(derChildren(authorityKey)[0]?.content ?? Buffer.alloc(0)).find(({ tag }) => tag === 0x80)?.content;
  const ca = certificate.ca ? 1 : 0;
  const seconds = (text: string): number => Math.floor(Date.parse(text) / 1000);
  return {
    common_name: plain(commonName?.slice('CN='.length) ?? ''),
    subject: oneLine(certificate.subject),
    subject2: reversed(certificate.subject),
    issuer: oneLine(certificate.issuer),
    issuer2: reversed(certificate.issuer),
    ca,
    is_ca: ca,
    self_signed: certificate.subject === certificate.issuer ? 1 : 0,
    not_valid_before: seconds(certificate.validFrom),
    not_valid_after: seconds(certificate.validTo),
    signing_algorithm: signingAlgorithm,
    key_algorithm: keyAlgorithm,
    key_strength: strength(certificate),
    key_usage: keyUsage(extensions.get('2.5.29.15')),
    subject_key_id: hex(subjectKey && derChildren(subjectKey)[0]?.content),
    authority_key_id: hex(keyId),
    sha1: certificate.fingerprint.replaceAll(':', '').toLowerCase(),
    serial: certificate.serialNumber,
  };
}

/** The certificates of a PEM file. */
export function pemBlocks(text: string): string[] {
  return text.match(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]+?-----END (?:TRUSTED )?CERTIFICATE-----/g) ?? [];
}
