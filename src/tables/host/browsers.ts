/** Extensions of web browsers and editors. */
import { createHash } from 'node:crypto';
import { columns } from '../lib/columns.ts';
import { namesIn, readConfig } from '../lib/config-files.ts';
import { type Home, homesOf } from '../lib/homes.ts';
import { asList, asNumber, asObject, asText, type Json, parseJson } from '../lib/json.ts';
import type { GeneratedTableSpec, Row, TableContext } from '../spec.ts';

const firefoxFolders = ['.mozilla/firefox', 'snap/firefox/common/.mozilla/firefox', '.var/app/org.mozilla.firefox/.mozilla/firefox'];

/** Add-ons of Firefox. */
export const firefox_addons: GeneratedTableSpec = {
  name: 'firefox_addons',
  kind: 'state',
  description: "Add-ons of users' Firefox profiles.",
  source: '~/.mozilla/firefox/*/extensions.json',
  estimatedRows: 20,
  columns: columns(
    ['uid', 'BIGINT', 'User id', { additional: true }],
    ['name', 'TEXT', 'Name of the add-on'],
    ['identifier', 'TEXT', 'Id of the add-on', { index: true }],
    ['creator', 'TEXT', 'Who made it'],
    ['type', 'TEXT', 'extension, theme, locale, …'],
    ['version', 'TEXT', 'Version'],
    ['description', 'TEXT', 'What it is'],
    ['source_url', 'TEXT', 'Where it came from'],
    ['visible', 'INTEGER', 'Whether it is shown: 1 yes'],
    ['active', 'INTEGER', 'Whether it runs: 1 yes'],
    ['disabled', 'INTEGER', 'Whether the browser keeps it from running: 1 yes'],
    ['autoupdate', 'INTEGER', 'Whether it updates by itself: 1 yes'],
    ['location', 'TEXT', 'Where it is installed: app-profile, app-system-defaults, …'],
    ['path', 'TEXT', 'Its file or folder'],
  ),
  examples: [
    'SELECT u.username, a.name, a.version FROM firefox_addons a JOIN users u USING (uid)',
    "SELECT name, source_url FROM firefox_addons WHERE active = 1 AND location = 'app-profile'",
  ],
  *rows(context) {
    for (const home of homesOf(context)) {
      for (const folder of firefoxFolders) {
        for (const profile of namesIn(context, context.system.root, `${home.folder}/${folder}`)) {
          const path = `${home.folder}/${folder}/${profile}/extensions.json`;
          const file = asObject(parseJson(context, path, readConfig(context, context.system.root, path)));
          for (const value of asList(file['addons'])) {
            const addon = asObject(value);
            const locale = asObject(addon['defaultLocale']);
            yield {
              uid: home.uid,
              name: asText(locale['name']),
              identifier: asText(addon['id']),
              creator: asText(locale['creator']),
              type: asText(addon['type']),
              version: asText(addon['version']),
              description: asText(locale['description']),
              source_url: asText(addon['sourceURI']),
              visible: addon['visible'] === true ? 1 : 0,
              active: addon['active'] === true ? 1 : 0,
              disabled: addon['appDisabled'] === true || addon['userDisabled'] === true ? 1 : 0,
              autoupdate: asNumber(addon['applyBackgroundUpdates']) === 0 ? 0 : 1,
              location: asText(addon['location']),
              path: asText(addon['path']),
            };
          }
        }
      }
    }
  },
};

const chromeFolders: readonly (readonly [browser: string, folder: string])[] = [
  ['chrome', '.config/google-chrome'],
  ['chrome_beta', '.config/google-chrome-beta'],
  ['chrome_dev', '.config/google-chrome-unstable'],
  ['chromium', '.config/chromium'],
  ['chromium', 'snap/chromium/common/chromium'],
  ['brave', '.config/BraveSoftware/Brave-Browser'],
  ['edge', '.config/microsoft-edge'],
  ['edge_beta', '.config/microsoft-edge-beta'],
  ['opera', '.config/opera'],
  ['vivaldi', '.config/vivaldi'],
  ['yandex', '.config/yandex-browser'],
];

interface ChromeExtension {
  readonly browser: string;
  readonly uid: number;
  readonly profileName: string;
  readonly profilePath: string;
  readonly path: string;
  readonly identifier: string;
  readonly manifestText: string;
  readonly manifest: Json;
  /** The profile's settings of it; empty for one that only lies on the disk. */
  readonly settings: Json;
  readonly referenced: boolean;
}

function* chromeExtensions(context: TableContext): Generator<ChromeExtension> {
  const { root } = context.system;
  for (const home of homesOf(context)) {
    for (const [browser, folder] of chromeFolders) {
      const top = `${home.folder}/${folder}`;
      // Opera keeps its only profile at the top.
      for (const profile of ['', ...namesIn(context, root, top)]) {
        const profilePath = profile === '' ? top : `${top}/${profile}`;
        const identifiers = namesIn(context, root, `${profilePath}/Extensions`);
        if (identifiers.length > 0) yield* profileExtensions(context, browser, home, profilePath, identifiers);
      }
    }
  }
}

function* profileExtensions(
  context: TableContext,
  browser: string,
  home: Home,
  profilePath: string,
  identifiers: readonly string[],
): Generator<ChromeExtension> {
  const { root } = context.system;
  const preferences = (name: string): Json =>
    asObject(parseJson(context, `${profilePath}/${name}`, readConfig(context, root, `${profilePath}/${name}`)));
  const plain = preferences('Preferences');
  const settings = {
    ...asObject(asObject(plain['extensions'])['settings']),
    ...asObject(asObject(preferences('Secure Preferences')['extensions'])['settings']),
  };
  for (const identifier of identifiers) {
    for (const version of namesIn(context, root, `${profilePath}/Extensions/${identifier}`)) {
      const path = `${profilePath}/Extensions/${identifier}/${version}`;
      const manifestText = readConfig(context, root, `${path}/manifest.json`);
      if (manifestText === undefined) continue;
      yield {
        browser,
        uid: home.uid,
        profileName: asText(asObject(plain['profile'])['name']),
        profilePath,
        path,
        identifier,
        manifestText,
        manifest: asObject(parseJson(context, `${path}/manifest.json`, manifestText)),
        settings: asObject(settings[identifier]),
        referenced: settings[identifier] !== undefined,
      };
    }
  }
}

/** Texts such as `__MSG_appName__` stand in the file of a language. */
function localized(context: TableContext, extension: ChromeExtension, text: string): string {
  const key = /^__MSG_(.+)__$/.exec(text)?.[1];
  if (key === undefined) return text;
  const path = `${extension.path}/_locales/${asText(extension.manifest['default_locale']) || 'en'}/messages.json`;
  const messages = asObject(parseJson(context, path, readConfig(context, context.system.root, path)));
  const found = Object.entries(messages).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
  return asText(asObject(found)['message']) || text;
}

/** Extensions keep the time of installation in microseconds since 1601. */
const epochOf1601 = 11_644_473_600;

/** Extensions of Chrome and its relatives. */
export const chrome_extensions: GeneratedTableSpec = {
  name: 'chrome_extensions',
  kind: 'state',
  description: 'Extensions in profiles of Chrome, Chromium, Edge, Brave, Opera, Vivaldi and Yandex.',
  source: '~/.config/google-chrome/*/Extensions, Preferences',
  estimatedRows: 20,
  columns: columns(
    ['browser_type', 'TEXT', 'Browser'],
    ['uid', 'BIGINT', 'User id', { index: true }],
    ['name', 'TEXT', 'Name of the extension'],
    ['profile', 'TEXT', 'Name of the profile'],
    ['profile_path', 'TEXT', 'Folder of the profile'],
    ['referenced_identifier', 'TEXT', 'Id by which the profile knows it'],
    ['identifier', 'TEXT', 'Id made from its key; the name of its folder without one'],
    ['version', 'TEXT', 'Version'],
    ['description', 'TEXT', 'What it is'],
    ['default_locale', 'TEXT', 'Language it falls back to'],
    ['current_locale', 'TEXT', 'Language it runs in'],
    ['update_url', 'TEXT', 'Where updates come from'],
    ['author', 'TEXT', 'Author'],
    ['persistent', 'INTEGER', 'Whether it keeps running in the background: 1 yes'],
    ['path', 'TEXT', 'Its folder'],
    ['permissions', 'TEXT', 'What it may do, separated by commas'],
    ['permissions_json', 'TEXT', 'What it may do, as JSON', { hidden: true }],
    ['optional_permissions', 'TEXT', 'What it may ask to do, separated by commas'],
    ['optional_permissions_json', 'TEXT', 'What it may ask to do, as JSON', { hidden: true }],
    ['manifest_hash', 'TEXT', 'SHA-256 digest of its manifest'],
    ['referenced', 'BIGINT', 'Whether the profile knows it: 1 yes'],
    ['from_webstore', 'TEXT', 'Whether it came from the store: true or false'],
    ['state', 'TEXT', 'Whether it is on: 1 yes, 0 no; empty if unknown'],
    ['install_time', 'TEXT', 'When it was installed, as the browser keeps it'],
    ['install_timestamp', 'BIGINT', 'When it was installed, in seconds since the epoch'],
    ['manifest_json', 'TEXT', 'Its manifest', { hidden: true }],
    ['key', 'TEXT', 'Its public key', { hidden: true }],
  ),
  examples: [
    'SELECT u.username, e.name, e.version FROM chrome_extensions e JOIN users u USING (uid)',
    "SELECT name, permissions FROM chrome_extensions WHERE from_webstore = 'false'",
  ],
  *rows(context) {
    for (const extension of chromeExtensions(context)) {
      const { manifest, settings } = extension;
      const permissions = asList(manifest['permissions']).concat(asList(manifest['host_permissions']));
      const optional = asList(manifest['optional_permissions']).concat(asList(manifest['optional_host_permissions']));
      const joined = (list: readonly unknown[]): string => list.filter((item) => typeof item === 'string').join(', ');
      const key = asText(manifest['key']);
      const installed = asText(settings['first_install_time']) || asText(settings['install_time']);
      const webstore = settings['from_webstore'];
      const state = settings['state'];
      yield {
        browser_type: extension.browser,
        uid: extension.uid,
        name: localized(context, extension, asText(manifest['name'])),
        profile: extension.profileName,
        profile_path: extension.profilePath,
        referenced_identifier: extension.referenced ? extension.identifier : '',
        identifier: key === '' ? extension.identifier : identifierOfKey(key),
        version: asText(manifest['version']),
        description: localized(context, extension, asText(manifest['description'])),
        default_locale: asText(manifest['default_locale']),
        current_locale: asText(manifest['current_locale']),
        update_url: asText(manifest['update_url']),
        author: asText(manifest['author']) || asText(asObject(manifest['author'])['email']),
        persistent: asObject(manifest['background'])['persistent'] === true ? 1 : 0,
        path: extension.path,
        permissions: joined(permissions),
        permissions_json: JSON.stringify(permissions),
        optional_permissions: joined(optional),
        optional_permissions_json: JSON.stringify(optional),
        manifest_hash: createHash('sha256').update(extension.manifestText).digest('hex'),
        referenced: extension.referenced ? 1 : 0,
        from_webstore: typeof webstore === 'boolean' ? String(webstore) : '',
        state: typeof state === 'number' ? String(state) : '',
        install_time: installed,
        install_timestamp: installed === '' ? 0 : Math.floor(Number(installed) / 1e6 - epochOf1601) || 0,
        manifest_json: extension.manifestText,
        key,
      };
    }
  },
};

/** The first 128 bits of the key's digest, written with the letters a to p. */
function identifierOfKey(key: string): string {
  const digest = createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex').slice(0, 32);
  return [...digest].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join('');
}

/** Scripts that extensions put into pages. */
export const chrome_extension_content_scripts: GeneratedTableSpec = {
  name: 'chrome_extension_content_scripts',
  kind: 'state',
  description: 'Scripts that browser extensions put into pages, and into which.',
  source: '~/.config/google-chrome/*/Extensions',
  estimatedRows: 50,
  columns: columns(
    ['browser_type', 'TEXT', 'Browser'],
    ['uid', 'BIGINT', 'User id', { index: true }],
    ['identifier', 'TEXT', 'Id of the extension'],
    ['version', 'TEXT', 'Version of the extension'],
    ['script', 'TEXT', 'File of the script'],
    ['match', 'TEXT', 'Pages it goes into'],
    ['profile_path', 'TEXT', 'Folder of the profile'],
    ['path', 'TEXT', 'Folder of the extension'],
    ['referenced', 'BIGINT', 'Whether the profile knows it: 1 yes'],
  ),
  examples: [
    "SELECT identifier, script FROM chrome_extension_content_scripts WHERE match = '<all_urls>'",
    'SELECT identifier, count(*) AS scripts FROM chrome_extension_content_scripts GROUP BY identifier',
  ],
  *rows(context) {
    for (const extension of chromeExtensions(context)) {
      for (const entry of asList(extension.manifest['content_scripts'])) {
        const { js, matches } = asObject(entry);
        for (const script of asList(js)) {
          for (const match of asList(matches)) {
            yield {
              browser_type: extension.browser,
              uid: extension.uid,
              identifier: extension.identifier,
              version: asText(extension.manifest['version']),
              script: asText(script),
              match: asText(match),
              profile_path: extension.profilePath,
              path: extension.path,
              referenced: extension.referenced ? 1 : 0,
            } satisfies Row;
          }
        }
      }
    }
  },
};
