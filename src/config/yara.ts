/** The section `yara` of the configuration. */
import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false } as const;
const path = Type.String({ minLength: 1, pattern: '^/' });

export const YaraSchema = Type.Object(
  {
    rules: Type.Array(path, {
      default: [],
      description: 'Files and folders of rules for scans on execution and over HTTP. Without any: the rules that come with Shrike',
    }),
    signatures: Type.Record(Type.String({ pattern: '^[A-Za-z0-9_.-]+$' }), Type.Array(path, { minItems: 1 }), {
      default: {},
      description: 'Signature groups for the tables yara, yara_process and yara_rules: a name, and files and folders of rules',
    }),
    scan_on_exec: Type.Boolean({ default: true, description: 'Scan every executed file once, in the background' }),
    timeout_ms: Type.Integer({ minimum: 1, maximum: 3_600_000, default: 30_000, description: 'Longest scan of one file in milliseconds' }),
    max_file_size: Type.Union([Type.Integer({ minimum: 1 }), Type.String({ pattern: '^[1-9][0-9]*(KiB|MiB|GiB)$' })], {
      default: '256MiB',
      description: 'Larger files are not scanned on execution',
    }),
    threads: Type.Integer({ minimum: 1, maximum: 64, default: 1, description: 'Scanner processes' }),
    queue: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 8192,
      description: 'Executed files that may wait to be scanned; beyond that they are counted as lost_queue',
    }),
  },
  { ...closed, default: {}, description: 'Scans with YARA rules' },
);

export type YaraConfig = Static<typeof YaraSchema>;
