/** The sections `schedule` and `tables` of the configuration. */
import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false } as const;

export const ScheduleSchema = Type.Object(
  {
    packs: Type.Array(Type.String({ minLength: 1, pattern: '^/' }), {
      default: [],
      description: 'osquery.conf and pack files to run, beside those that `shrike packs import` put into DATA_DIR/packs',
    }),
    workers: Type.Integer({
      minimum: 1,
      maximum: 16,
      default: 2,
      description: 'Scheduled queries that run at the same time, each in a thread of low priority',
    }),
    budget_ms: Type.Integer({
      minimum: 1,
      maximum: 3_600_000,
      default: 16_000,
      description: 'Longest run of a scheduled query in milliseconds',
    }),
    denylist_after: Type.Integer({
      minimum: 1,
      maximum: 1000,
      default: 3,
      description: 'Runs in a row that exceed the budget before a query is kept from running',
    }),
    denylist_seconds: Type.Integer({ minimum: 1, default: 86_400, description: 'How long it is kept from running' }),
    splay_percent: Type.Integer({
      minimum: 0,
      maximum: 100,
      default: 10,
      description: 'Largest share by which an interval is made longer or shorter, so that queries do not all run at once',
    }),
    pack_refresh: Type.Integer({
      minimum: 1,
      default: 3600,
      description: 'Seconds between two looks at whether a pack is for this machine (its discovery queries)',
    }),
    epoch: Type.Integer({ minimum: 0, default: 0, description: 'Another number makes every query report all its rows again' }),
    host_identifier: Type.Enum(['hostname', 'uuid'], { default: 'hostname', description: 'What results name the machine by' }),
    log: Type.Object(
      {
        size: Type.Union([Type.Integer({ minimum: 1 }), Type.String({ pattern: '^[1-9][0-9]*(KiB|MiB|GiB)$' })], {
          default: '25MiB',
          description: 'DATA_DIR/results.log and snapshots.log are put aside before they grow beyond this',
        }),
        files: Type.Integer({ minimum: 0, maximum: 1000, default: 5, description: 'Old files that are kept of each' }),
        events: Type.Boolean({ default: true, description: 'A line for each row that changed; false: one for the whole difference' }),
        snapshot_events: Type.Boolean({ default: false, description: 'A line for each row of a snapshot' }),
        numerics: Type.Boolean({ default: false, description: 'Numbers as numbers; false: every value is a string' }),
        decorations_top_level: Type.Boolean({
          default: false,
          description: 'Decorations beside the other keys rather than under "decorations"',
        }),
      },
      { ...closed, default: {}, description: 'Results of scheduled queries' },
    ),
  },
  { ...closed, default: {}, description: 'Queries that run by themselves' },
);

export const TablesSchema = Type.Object(
  {
    network: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        'Tables that may use the network: curl, curl_certificate, ec2_instance_metadata, ec2_instance_tags and their like. The others answer with no rows',
    }),
  },
  { ...closed, default: {}, description: 'Tables' },
);

export type ScheduleConfig = Static<typeof ScheduleSchema>;
