/** Browsers, editors, certificates over fixture trees. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { chrome_extension_content_scripts, chrome_extensions, firefox_addons } from '../../../src/tables/host/browsers.ts';
import { certificates, signatureLists } from '../../../src/tables/host/certificates.ts';
import { atom_packages, jetbrains_plugins, vscode_extensions } from '../../../src/tables/host/editors.ts';
import { describeCertificate } from '../../../src/tables/lib/certificate.ts';
import { derOid } from '../../../src/tables/lib/der.ts';
import { ask, only, pluck, tree } from './harness.ts';

const passwd = { 'etc/passwd': 'ann:x:1000:1000::/home/ann:/bin/sh\n' };

describe('extensions', () => {
  it('of Firefox', () => {
    const addon = {
      id: 'x@y',
      type: 'extension',
      version: '1.0',
      active: true,
      userDisabled: false,
      visible: true,
      applyBackgroundUpdates: 1,
      location: 'app-profile',
      path: '/p',
      sourceURI: 'https://a',
      defaultLocale: { name: 'X', creator: 'C', description: 'D' },
    };
    const root = tree({
      ...passwd,
      'home/ann/.mozilla/firefox/p.default/extensions.json': JSON.stringify({ addons: [addon, null, 'odd'] }),
      'home/ann/.mozilla/firefox/broken/extensions.json': '{"addons": [',
    });
    const answer = ask(firefox_addons, { system: { root } });
    expect(answer.rows.find((row) => row.identifier === 'x@y')).toEqual({
      uid: 1000,
      name: 'X',
      identifier: 'x@y',
      creator: 'C',
      type: 'extension',
      version: '1.0',
      description: 'D',
      source_url: 'https://a',
      visible: 1,
      active: 1,
      disabled: 0,
      autoupdate: 1,
      location: 'app-profile',
      path: '/p',
    });
    expect(answer.warnings).toEqual([expect.stringContaining('broken/extensions.json is no JSON')]);
  });
  it('of Chrome, with names in their language and ids made from keys', () => {
    const key = Buffer.from('public key').toString('base64');
    const manifest = {
      name: '__MSG_appName__',
      version: '2',
      default_locale: 'en',
      key,
      permissions: ['tabs', 'https://*/*'],
      content_scripts: [{ matches: ['<all_urls>'], js: ['a.js', 'b.js'] }],
      background: { persistent: true },
    };
    const profile = 'home/ann/.config/google-chrome/Default';
    const root = tree({
      ...passwd,
      [`${profile}/Extensions/abc/2_0/manifest.json`]: JSON.stringify(manifest),
      [`${profile}/Extensions/abc/2_0/_locales/en/messages.json`]: '{"appname":{"message":"Real name"}}',
      [`${profile}/Preferences`]: '{"profile":{"name":"Ann"}}',
      [`${profile}/Secure Preferences`]:
        '{"extensions":{"settings":{"abc":{"state":1,"from_webstore":true,"first_install_time":"13344473600000000"}}}}',
    });
    const digest = createHash('sha256').update('public key').digest('hex').slice(0, 32);
    expect(only(ask(chrome_extensions, { system: { root } }))).toMatchObject({
      browser_type: 'chrome',
      uid: 1000,
      name: 'Real name',
      profile: 'Ann',
      referenced_identifier: 'abc',
      identifier: digest.replace(/./g, (d) => String.fromCharCode(97 + Number.parseInt(d, 16))),
      version: '2',
      persistent: 1,
      permissions: 'tabs, https://*/*',
      from_webstore: 'true',
      state: '1',
      install_timestamp: 1700000000,
      referenced: 1,
    });
    expect(ask(chrome_extension_content_scripts, { system: { root } }).rows.map((row) => [row.script, row.match])).toEqual([
      ['a.js', '<all_urls>'],
      ['b.js', '<all_urls>'],
    ]);
  });
  it('of editors', () => {
    const root = tree({
      ...passwd,
      'home/ann/.vscode/extensions/extensions.json':
        '[{"identifier":{"id":"p.x","uuid":"u"},"version":"1","location":{"path":"/p"},"metadata":{"publisherDisplayName":"P","publisherId":"pi","installedTimestamp":5,"isPreReleaseVersion":true}}]',
      'home/ann/.local/share/JetBrains/GoLand2024.1/vim/lib/vim-2.7.0.jar': '',
      'home/ann/.local/share/JetBrains/consentOptions/x': '',
      'home/ann/.atom/packages/a/package.json': '{"name":"a","version":"3"}',
    });
    expect(only(ask(vscode_extensions, { system: { root } }))).toEqual({
      name: 'p.x',
      uuid: 'u',
      version: '1',
      path: '/p',
      publisher: 'P',
      publisher_id: 'pi',
      installed_at: 5,
      prerelease: 1,
      uid: 1000,
      vscode_edition: 'vscode',
    });
    expect(only(ask(jetbrains_plugins, { system: { root } }))).toMatchObject({ product_type: 'GoLand', name: 'vim', version: '2.7.0' });
    expect(only(ask(atom_packages, { system: { root } }))).toMatchObject({ name: 'a', version: '3', uid: 1000 });
  });
});

describe('certificates', () => {
  const openssl = (...args: string[]): string => execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const make = (root: string, name: string, ...key: string[]): void => {
    openssl(
      'req',
      '-x509',
      '-newkey',
      ...key,
      '-nodes',
      '-keyout',
      `${root}/${name}.key`,
      '-out',
      `${root}/${name}.pem`,
      '-days',
      '30',
      '-subj',
      '/C=DE/O=Example, Inc/CN=test.example.com',
      '-addext',
      'keyUsage=critical,keyCertSign,cRLSign',
    );
  };
  it('are described as openssl does', () => {
    const root = tree({ 'x/': '' });
    make(root, 'x/rsa', 'rsa:2048');
    make(root, 'x/ec', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp384r1');
    const rows = ask(certificates, { system: { root: '' }, where: { path: `${root}/x/rsa.pem` } }).rows;
    const row = rows[0] ?? {};
    const text = openssl(
      'x509',
      '-in',
      `${root}/x/rsa.pem`,
      '-noout',
      '-text',
      '-fingerprint',
      '-serial',
      '-sha1',
      '-subject',
      '-nameopt',
      'RFC2253',
    );
    expect(row).toMatchObject({
      common_name: 'test.example.com',
      ca: 1,
      self_signed: 1,
      signing_algorithm: 'sha256WithRSAEncryption',
      key_algorithm: 'rsaEncryption',
      key_strength: '2048',
      key_usage: 'Key Cert Sign, CRL Sign',
    });
    expect(text).toContain(`sha1 Fingerprint=${String(row.sha1).toUpperCase().match(/../g)?.join(':')}`);
    expect(text).toContain(`serial=${row.serial}`);
    expect(text).toContain(String(row.subject_key_id).match(/../g)?.join(':'));
    expect(row.authority_key_id).toBe(row.subject_key_id);
    expect(row.subject).toBe('/C=DE/O=Example, Inc/CN=test.example.com');
    const seconds = Date.parse(/Not After : (.*)/.exec(text)?.[1] ?? '') / 1000;
    expect(row.not_valid_after).toBe(seconds);
    expect(only(ask(certificates, { system: { root: '' }, where: { path: `${root}/x/ec.pem` } }))).toMatchObject({
      key_algorithm: 'id-ecPublicKey',
      key_strength: '384',
      signing_algorithm: 'ecdsa-with-SHA256',
    });
    expect(pluck(ask(certificates, { system: { root: '' }, where: { path: `${root}/x` } }), 'key_strength').sort()).toEqual([
      '2048',
      '384',
    ]);
    const der = execFileSync('openssl', ['x509', '-in', `${root}/x/rsa.pem`, '-outform', 'DER']);
    expect(describeCertificate(der)['sha1']).toBe(row.sha1);
    // The same certificate as Secure Boot would keep it: type, sizes, no header, an owner, the data.
    const list = Buffer.concat([Buffer.from('a159c0a5e494a74a87b5ab155c2bf072', 'hex'), Buffer.alloc(12), Buffer.alloc(16), der]);
    list.writeUInt32LE(list.length, 16);
    list.writeUInt32LE(16 + der.length, 24);
    expect([...signatureLists(list)]).toEqual([der]);
    for (let length = 0; length < list.length; length += 41) expect([...signatureLists(list.subarray(0, length))]).toEqual([]);
  });
  it('that are none are named', () => {
    const root = tree({ 'x.pem': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' });
    const answer = ask(certificates, { system: { root: '' }, where: { path: `${root}/x.pem` } });
    expect(answer.rows).toEqual([]);
    expect(answer.warnings[0]).toContain('x.pem holds something that is no certificate');
  });
  it('name algorithms by object ids', () => {
    expect(derOid(Buffer.from('2a864886f70d01010b', 'hex'))).toBe('1.2.840.113549.1.1.11');
    expect(derOid(Buffer.from('88370a', 'hex'))).toBe('2.999.10');
  });
});
