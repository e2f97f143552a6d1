/** The configuration file, declared once: types, checks, defaults and docs/configuration.md follow from it. */
import { type Static, Type } from 'typebox';
import { ScheduleSchema, TablesSchema } from './schedule.ts';
import { YaraSchema } from './yara.ts';

const closed = { additionalProperties: false } as const;

/** A number of bytes, or a number with a unit. */
const size = (description: string, value: string) =>
  Type.Union([Type.Integer({ minimum: 1 }), Type.String({ pattern: '^[1-9][0-9]*(KiB|MiB|GiB)$' })], { description, default: value });

/** A time with a unit. */
const age = (description: string, value: string) => Type.String({ pattern: '^[1-9][0-9]*(m|h|d)$', description, default: value });

/** Files whose readers are recorded unless the configuration names others. */
const defaultReads = [
  '/etc/shadow',
  '/etc/gshadow',
  '/etc/sudoers',
  '/etc/sudoers.d/*',
  '/etc/ssh/ssh_host_*_key',
  '/etc/krb5.keytab',
  '/etc/ssl/private/*',
  '/root/.ssh/*',
  '/root/.aws/credentials',
  '/root/.kube/config',
  '/root/.docker/config.json',
  '/root/.netrc',
  '/root/.git-credentials',
  '/root/.pgpass',
  '/root/.gnupg/**',
  '/root/.config/gcloud/**',
  '/home/*/.ssh/*',
  '/home/*/.aws/credentials',
  '/home/*/.kube/config',
  '/home/*/.docker/config.json',
  '/home/*/.netrc',
  '/home/*/.git-credentials',
  '/home/*/.pgpass',
  '/home/*/.gnupg/**',
  '/home/*/.config/gcloud/**',
  '/etc/kubernetes/*.conf',
  '/etc/kubernetes/pki/**',
  '/var/lib/kubelet/pki/*',
  '/var/lib/kubelet/pods/*/volumes/kubernetes.io~{secret,projected}/**',
  '/var/run/secrets/**',
  '/run/secrets/**',
  // Ways out of a container: what is written here runs as root on the host.
  '/proc/sys/kernel/{core_pattern,modprobe}',
  '/proc/sysrq-trigger',
  '/sys/kernel/uevent_helper',
  '/**/release_agent',
];

const Tls = Type.Object(
  {
    cert: Type.String({ minLength: 1, description: 'PEM file with the certificate and its chain' }),
    key: Type.String({ minLength: 1, description: 'PEM file with the private key' }),
  },
  { ...closed, description: 'Serve HTTPS. Both files are read at start' },
);

const Token = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64, description: 'Who it is for, as logs name it' }),
    sha256: Type.String({
      pattern: '^[0-9a-f]{64}$',
      description: 'SHA-256 of the token in lower-case hex: `printf %s TOKEN | sha256sum`',
    }),
  },
  closed,
);

export const ConfigSchema = Type.Object(
  {
    data_dir: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Folder for the token, events and temporary files. Without it: /var/lib/shrike for root, ~/.local/share/shrike for others',
      }),
    ),
    listen: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Where to answer: HOST:PORT, [IPv6]:PORT or unix:/path. Without it: 127.0.0.1:7717. Anything beyond loopback wants tls',
      }),
    ),
    tls: Type.Optional(Tls),
    tokens: Type.Array(Token, { default: [], description: 'Further tokens that are let in, beside the one in DATA_DIR/token' }),
    log: Type.Object(
      {
        level: Type.Enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'], {
          default: 'info',
          description: 'Least severity that is logged',
        }),
      },
      { ...closed, default: {}, description: 'The log on standard error' },
    ),
    server: Type.Object(
      {
        body_limit: size('Largest request body', '1MiB'),
        rate_limit: Type.Integer({
          minimum: 1,
          default: 60_000,
          description: 'Requests a minute for each token, or for each address without one',
        }),
        slow_ms: Type.Integer({
          minimum: 1,
          default: 1000,
          description: 'Requests that take longer than this many milliseconds are logged',
        }),
      },
      { ...closed, default: {}, description: 'The HTTP server' },
    ),
    store: Type.Object(
      {
        memory: size('Memory for events; beyond it the oldest are read from disk, or evicted when nothing is kept there', '96MiB'),
        persist: Type.Boolean({ default: true, description: 'Keep events in the data folder, so that a restart finds them' }),
        retention: Type.Object(
          {
            age: age('How long events stay on disk', '30d'),
            bytes: size('Disk space for each table; the oldest events go first', '1GiB'),
          },
          { ...closed, default: {}, description: 'How much history is kept of each table' },
        ),
        tables: Type.Record(
          Type.String(),
          Type.Object(
            { age: Type.Optional(age('As store.retention.age', '30d')), bytes: Type.Optional(size('As store.retention.bytes', '1GiB')) },
            closed,
          ),
          { default: {}, description: 'Retention of single tables, by name, where it is not that of all' },
        ),
      },
      { ...closed, default: {}, description: 'The event store' },
    ),
    query: Type.Object(
      {
        timeout_ms: Type.Integer({
          minimum: 1,
          maximum: 3_600_000,
          default: 10_000,
          description: 'Longest run of a query in milliseconds; callers may ask for less',
        }),
        max_rows: Type.Integer({
          minimum: 1,
          maximum: 100_000_000,
          default: 100_000,
          description: 'Most rows of an answer; callers may ask for fewer',
        }),
        max_bytes: size('Largest answer', '64MiB'),
        max_sql_bytes: size('Longest SQL text', '256KiB'),
        workers: Type.Integer({
          minimum: 1,
          maximum: 64,
          default: 2,
          description: 'Queries that run at the same time, each in a thread of its own',
        }),
        queue: Type.Integer({
          minimum: 0,
          maximum: 100_000,
          default: 256,
          description: 'Queries that may wait for a worker; beyond that the answer is 503',
        }),
        queue_timeout_ms: Type.Integer({
          minimum: 1,
          maximum: 3_600_000,
          default: 30_000,
          description: 'Longest wait for a worker in milliseconds',
        }),
        memory: size('Growth of the agent while queries run, beyond which they are stopped', '512MiB'),
        worker_memory: size('JavaScript heap of a worker', '256MiB'),
      },
      { ...closed, default: {}, description: 'Limits of SQL queries' },
    ),
    sensor: Type.Object(
      {
        enabled: Type.Boolean({ default: true, description: 'Record kernel events; false is the same as --no-bpf' }),
        watch: Type.Object(
          {
            reads: Type.Array(Type.String({ minLength: 1, pattern: '^/' }), {
              default: defaultReads,
              description:
                'Globs of files whose opening for reading is recorded: * and ? stay within a name, [a-z] is one of a set, {a,b} either, /**/ any folders, /** at the end everything below. Writes are always recorded, to devices and in /proc and /sys only where a glob here names the file',
            }),
            dns_ports: Type.Array(Type.Integer({ minimum: 1, maximum: 65_535 }), {
              default: [53],
              maxItems: 8,
              description: 'Ports of name servers whose messages are recorded; 5353 adds multicast DNS, 5355 LLMNR',
            }),
          },
          { ...closed, default: {}, description: 'What the kernel programs look out for' },
        ),
        buffers: Type.Object(
          {
            ring: size('Ring buffer between the kernel and the agent; rounded up to a power of two', '4MiB'),
          },
          { ...closed, default: {}, description: 'Sizes of kernel buffers' },
        ),
      },
      { ...closed, default: {}, description: 'The kernel sensor' },
    ),
    yara: YaraSchema,
    schedule: ScheduleSchema,
    tables: TablesSchema,
  },
  { ...closed, title: 'Shrike configuration' },
);

export type Config = Static<typeof ConfigSchema>;

const units: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/**
 * A time in seconds.
 *
 * @example secondsOf('30d') // 2592000
 */
export function secondsOf(value: string): number {
  return Number.parseInt(value, 10) * ({ m: 60, h: 3600, d: 86_400 }[value.slice(-1)] ?? 1);
}

/**
 * A size in bytes.
 *
 * @example bytesOf('16MiB') // 16777216
 */
export function bytesOf(value: number | string): number {
  if (typeof value === 'number') return value;
  return Number.parseInt(value, 10) * (units[value.slice(-3)] ?? 1);
}
