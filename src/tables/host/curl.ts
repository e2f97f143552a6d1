/** Requests to other machines. Off unless the configuration allows them. */
import { createHash, X509Certificate } from 'node:crypto';
import { describeCertificate } from '../lib/certificate.ts';
import { columns } from '../lib/columns.ts';
import { integersOf, textsOf } from '../lib/constraints.ts';
import { requestAll } from '../lib/http-sync.ts';
import { mayUseNetwork } from '../lib/network.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** Answers of web servers. */
export const curl: GeneratedTableSpec = {
  name: 'curl',
  kind: 'state',
  description: 'What a web server answers to a GET request. Off by default: the configuration must name the table.',
  source: 'HTTP',
  estimatedRows: 1,
  columns: columns(
    ['url', 'TEXT', 'Address', { required: true, index: true }],
    ['method', 'TEXT', 'Method: GET'],
    ['user_agent', 'TEXT', 'Name the client gives itself', { additional: true }],
    ['response_code', 'INTEGER', 'Status of the answer; 0 when there was none'],
    ['round_trip_time', 'BIGINT', 'Time it took, in microseconds'],
    ['bytes', 'BIGINT', 'Size of the answer, in bytes'],
    ['result', 'TEXT', 'The answer'],
  ),
  examples: [
    "SELECT response_code, bytes FROM curl WHERE url = 'http://localhost:8080/healthz'",
    "SELECT result FROM curl WHERE url = 'https://example.com/' AND user_agent = 'check'",
  ],
  *rows(context) {
    const urls = (textsOf(context, 'url') ?? []).filter((url) => /^https?:\/\//.test(url));
    if (urls.length === 0 || !mayUseNetwork(context, 'curl')) return;
    for (const agent of textsOf(context, 'user_agent') ?? ['shrike']) {
      const answers = requestAll(urls.map((url) => ({ url, headers: { 'user-agent': agent } })));
      for (const [i, url] of urls.entries()) {
        const answer = answers[i];
        if (answer === undefined) continue;
        if (answer.error !== undefined) context.warn(`${url}: ${answer.error}`);
        yield {
          url,
          method: 'GET',
          user_agent: agent,
          response_code: answer.status,
          round_trip_time: answer.elapsed,
          bytes: Buffer.byteLength(answer.body),
          result: answer.body,
        };
      }
    }
  },
};

/** Certificates of servers. */
export const curl_certificate: GeneratedTableSpec = {
  name: 'curl_certificate',
  kind: 'state',
  description: 'Certificate that a server shows, whether or not it is trusted. Off by default: the configuration must name the table.',
  source: 'TLS',
  estimatedRows: 1,
  columns: columns(
    ['hostname', 'TEXT', 'Name of the server, and its port if it is not 443', { required: true }],
    ['common_name', 'TEXT', 'Common name of the subject'],
    ['organization', 'TEXT', 'Organization of the subject'],
    ['organization_unit', 'TEXT', 'Unit of the subject'],
    ['serial_number', 'TEXT', 'Serial number, in hexadecimal'],
    ['issuer_common_name', 'TEXT', 'Common name of the issuer'],
    ['issuer_organization', 'TEXT', 'Organization of the issuer'],
    ['issuer_organization_unit', 'TEXT', 'Unit of the issuer'],
    ['valid_from', 'TEXT', 'Begin of its validity'],
    ['valid_to', 'TEXT', 'End of its validity'],
    ['sha256_fingerprint', 'TEXT', 'SHA-256 digest of the certificate'],
    ['sha1_fingerprint', 'TEXT', 'SHA-1 digest of the certificate'],
    ['version', 'INTEGER', 'Version of its form: 3'],
    ['signature_algorithm', 'TEXT', 'Algorithm of the signature'],
    ['signature', 'TEXT', 'Signature; not shown'],
    ['subject_key_identifier', 'TEXT', 'Id of its key'],
    ['authority_key_identifier', 'TEXT', "Id of the issuer's key"],
    ['key_usage', 'TEXT', 'What the key may be used for'],
    ['extended_key_usage', 'TEXT', 'What the certificate may be used for, as object ids'],
    ['policies', 'TEXT', 'Policies; not shown'],
    ['subject_alternative_names', 'TEXT', 'Names it is for'],
    ['issuer_alternative_names', 'TEXT', 'Other names of the issuer; not shown'],
    ['info_access', 'TEXT', 'Where more about the issuer is found'],
    ['subject_info_access', 'TEXT', 'Where more about the subject is found; not shown'],
    ['policy_mappings', 'TEXT', 'Mappings of policies; not shown'],
    ['has_expired', 'INTEGER', 'Whether its validity has ended: 1 yes'],
    ['basic_constraint', 'TEXT', 'Whether it may sign others'],
    ['name_constraints', 'TEXT', 'Constraints of names; not shown'],
    ['policy_constraints', 'TEXT', 'Constraints of policies; not shown'],
    ['dump_certificate', 'INTEGER', 'Give 1 to fill pem', { hidden: true, additional: true }],
    ['timeout', 'INTEGER', 'Seconds to wait; 4 by default', { hidden: true, additional: true }],
    ['pem', 'TEXT', 'The certificate, where dump_certificate is 1'],
  ),
  examples: [
    "SELECT common_name, valid_to, has_expired FROM curl_certificate WHERE hostname = 'example.com'",
    "SELECT sha256_fingerprint FROM curl_certificate WHERE hostname = 'localhost:8443'",
  ],
  *rows(context) {
    const names = (textsOf(context, 'hostname') ?? []).filter((name) => /^[\w.:[\]-]+$/.test(name));
    if (names.length === 0 || !mayUseNetwork(context, 'curl_certificate')) return;
    const timeout = integersOf(context, 'timeout')?.[0] ?? 4;
    const dump = integersOf(context, 'dump_certificate')?.[0] ?? 0;
    const answers = requestAll(
      names.map((name) => ({ url: `https://${name}/`, method: 'HEAD', certificate: true })),
      Math.min(30, Math.max(1, timeout)) * 1000,
    );
    for (const [i, hostname] of names.entries()) {
      const answer = answers[i];
      if (answer?.certificate === undefined) {
        context.warn(`${hostname}: ${answer?.error ?? 'no certificate'}`);
        continue;
      }
      const raw = Buffer.from(answer.certificate, 'base64');
      const certificate = new X509Certificate(raw);
      const facts = describeCertificate(raw);
      const part = (name: string, key: string): string =>
        name
          .split('\n')
          .find((line) => line.startsWith(`${key}=`))
          ?.slice(key.length + 1) ?? '';
      yield {
        hostname,
        common_name: facts['common_name'],
        organization: part(certificate.subject, 'O'),
        organization_unit: part(certificate.subject, 'OU'),
        serial_number: certificate.serialNumber,
        issuer_common_name: part(certificate.issuer, 'CN'),
        issuer_organization: part(certificate.issuer, 'O'),
        issuer_organization_unit: part(certificate.issuer, 'OU'),
        valid_from: certificate.validFrom,
        valid_to: certificate.validTo,
        sha256_fingerprint: createHash('sha256').update(raw).digest('hex'),
        sha1_fingerprint: facts['sha1'],
        version: 3,
        signature_algorithm: facts['signing_algorithm'],
        subject_key_identifier: facts['subject_key_id'],
        authority_key_identifier: facts['authority_key_id'],
        key_usage: facts['key_usage'],
        extended_key_usage: (certificate.keyUsage ?? []).join(', '),
        subject_alternative_names: certificate.subjectAltName ?? '',
        info_access: certificate.infoAccess ?? '',
        has_expired: Date.parse(certificate.validTo) < context.system.now() ? 1 : 0,
        basic_constraint: certificate.ca ? 'CA:TRUE' : 'CA:FALSE',
        dump_certificate: dump,
        timeout,
        pem: dump === 1 ? certificate.toString() : '',
      };
    }
  },
};
