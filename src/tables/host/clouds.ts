/** What the cloud says about this machine. Asked only if the configuration allows it: on other networks somebody else may answer. */
import { columns } from '../lib/columns.ts';
import { type HttpAnswer, requestAll } from '../lib/http-sync.ts';
import { asList, asObject, asText, type Json, parseJson } from '../lib/json.ts';
import { mayUseNetwork } from '../lib/network.ts';
import type { GeneratedTableSpec, Row, TableContext } from '../spec.ts';

const address = 'http://169.254.169.254';
const patience = 2000;

/** Answers of Amazon's service by path, or undefined without one. Version 2 of it wants a token first. */
function askAmazon(context: TableContext, table: string, paths: readonly string[]): Map<string, string> | undefined {
  if (!mayUseNetwork(context, table)) return undefined;
  const token = requestAll(
    [{ url: `${address}/latest/api/token`, method: 'PUT', headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' } }],
    patience,
  )[0];
  if (token?.status !== 200) {
    context.warn(`this machine is not in Amazon's cloud, or may not ask about itself: ${token?.error ?? `status ${token?.status}`}`);
    return undefined;
  }
  const answers = requestAll(
    paths.map((path) => ({ url: `${address}/latest/${path}`, headers: { 'x-aws-ec2-metadata-token': token.body } })),
    patience,
  );
  return new Map(paths.map((path, i) => [path, textOf(answers[i])]));
}

const textOf = (answer: HttpAnswer | undefined): string => (answer?.status === 200 ? answer.body : '');

/** Facts about a machine of EC2. */
export const ec2_instance_metadata: GeneratedTableSpec = {
  name: 'ec2_instance_metadata',
  kind: 'state',
  description: "What Amazon's cloud says about this machine. Off by default: the configuration must name the table.",
  source: `${address}/latest`,
  estimatedRows: 1,
  columns: columns(
    ['instance_id', 'TEXT', 'Id of the machine'],
    ['instance_type', 'TEXT', 'Type of the machine'],
    ['architecture', 'TEXT', 'Architecture'],
    ['region', 'TEXT', 'Region'],
    ['availability_zone', 'TEXT', 'Zone'],
    ['local_hostname', 'TEXT', 'Name inside the network'],
    ['local_ipv4', 'TEXT', 'Address inside the network'],
    ['mac', 'TEXT', 'Hardware address'],
    ['security_groups', 'TEXT', 'Security groups, separated by commas'],
    ['iam_arn', 'TEXT', 'Role of the machine'],
    ['ami_id', 'TEXT', 'Image it was made from'],
    ['reservation_id', 'TEXT', 'Reservation it was started by'],
    ['account_id', 'TEXT', 'Account it belongs to'],
    ['ssh_public_key', 'TEXT', 'Public key it was given'],
  ),
  examples: ['SELECT instance_id, region FROM ec2_instance_metadata', 'SELECT iam_arn FROM ec2_instance_metadata'],
  *rows(context) {
    const meta = (name: string): string => `meta-data/${name}`;
    const identity = 'dynamic/instance-identity/document';
    const names = ['local-hostname', 'mac', 'security-groups', 'iam/info', 'reservation-id', 'public-keys/0/openssh-key'];
    const answers = askAmazon(context, 'ec2_instance_metadata', [identity, ...names.map(meta)]);
    if (answers === undefined) return;
    const document = asObject(parseJson(context, identity, answers.get(identity)));
    const value = (name: string): string => (answers.get(meta(name)) ?? '').trim();
    const iam = value('iam/info');
    yield {
      instance_id: asText(document['instanceId']),
      instance_type: asText(document['instanceType']),
      architecture: asText(document['architecture']),
      region: asText(document['region']),
      availability_zone: asText(document['availabilityZone']),
      local_hostname: value('local-hostname'),
      local_ipv4: asText(document['privateIp']),
      mac: value('mac'),
      security_groups: value('security-groups').split('\n').join(','),
      iam_arn: iam === '' ? '' : asText(asObject(parseJson(context, 'iam/info', iam))['InstanceProfileArn']),
      ami_id: asText(document['imageId']),
      reservation_id: value('reservation-id'),
      account_id: asText(document['accountId']),
      ssh_public_key: value('public-keys/0/openssh-key'),
    };
  },
};

/** Tags of a machine of EC2. */
export const ec2_instance_tags: GeneratedTableSpec = {
  name: 'ec2_instance_tags',
  kind: 'state',
  description:
    "Tags of this machine in Amazon's cloud, where the machine may read them. Off by default: the configuration must name the table.",
  source: `${address}/latest/meta-data/tags/instance`,
  estimatedRows: 5,
  columns: columns(['instance_id', 'TEXT', 'Id of the machine'], ['key', 'TEXT', 'Name of the tag'], ['value', 'TEXT', 'Its value']),
  examples: ['SELECT key, value FROM ec2_instance_tags', "SELECT value FROM ec2_instance_tags WHERE key = 'Name'"],
  *rows(context) {
    const top = 'meta-data/tags/instance';
    const first = askAmazon(context, 'ec2_instance_tags', [top, 'meta-data/instance-id']);
    const keys = (first?.get(top) ?? '').split('\n').filter((key) => key !== '');
    if (first === undefined || keys.length === 0) return;
    const values = askAmazon(
      context,
      'ec2_instance_tags',
      keys.map((key) => `${top}/${encodeURIComponent(key)}`),
    );
    for (const key of keys)
      yield { instance_id: first.get('meta-data/instance-id'), key, value: values?.get(`${top}/${encodeURIComponent(key)}`) ?? '' };
  },
};

function askAzure(context: TableContext, table: string): Json | undefined {
  if (!mayUseNetwork(context, table)) return undefined;
  const answer = requestAll(
    [{ url: `${address}/metadata/instance/compute?api-version=2021-02-01`, headers: { metadata: 'true' } }],
    patience,
  )[0];
  if (answer?.status === 200) return asObject(parseJson(context, "Azure's answer", answer.body));
  context.warn(`this machine is not in Azure, or may not ask about itself: ${answer?.error ?? `status ${answer?.status}`}`);
  return undefined;
}

const azureFields: readonly (readonly [column: string, field: string, description: string])[] = [
  ['location', 'location', 'Region'],
  ['name', 'name', 'Name of the machine'],
  ['offer', 'offer', 'Offer of the image it was made from'],
  ['publisher', 'publisher', 'Publisher of the image'],
  ['sku', 'sku', 'Variant of the image'],
  ['version', 'version', 'Version of the image'],
  ['os_type', 'osType', 'Operating system'],
  ['platform_update_domain', 'platformUpdateDomain', 'Update domain'],
  ['platform_fault_domain', 'platformFaultDomain', 'Fault domain'],
  ['vm_id', 'vmId', 'Id of the machine'],
  ['vm_size', 'vmSize', 'Size of the machine'],
  ['subscription_id', 'subscriptionId', 'Subscription it belongs to'],
  ['resource_group_name', 'resourceGroupName', 'Resource group'],
  ['placement_group_id', 'placementGroupId', 'Placement group'],
  ['vm_scale_set_name', 'vmScaleSetName', 'Scale set'],
  ['zone', 'zone', 'Zone'],
];

/** Facts about a machine of Azure. */
export const azure_instance_metadata: GeneratedTableSpec = {
  name: 'azure_instance_metadata',
  kind: 'state',
  description: "What Microsoft's cloud says about this machine. Off by default: the configuration must name the table.",
  source: `${address}/metadata/instance`,
  estimatedRows: 1,
  columns: columns(...azureFields.map(([column, , text]) => [column, 'TEXT', text, column === 'vm_id' ? { index: true } : {}] as const)),
  examples: ['SELECT name, vm_size, location FROM azure_instance_metadata', 'SELECT subscription_id FROM azure_instance_metadata'],
  *rows(context) {
    const facts = askAzure(context, 'azure_instance_metadata');
    if (facts !== undefined) yield Object.fromEntries(azureFields.map(([column, field]) => [column, asText(facts[field])]));
  },
};

/** Tags of a machine of Azure. */
export const azure_instance_tags: GeneratedTableSpec = {
  name: 'azure_instance_tags',
  kind: 'state',
  description: "Tags of this machine in Microsoft's cloud. Off by default: the configuration must name the table.",
  source: `${address}/metadata/instance`,
  estimatedRows: 5,
  columns: columns(['vm_id', 'TEXT', 'Id of the machine'], ['key', 'TEXT', 'Name of the tag'], ['value', 'TEXT', 'Its value']),
  examples: ['SELECT key, value FROM azure_instance_tags', "SELECT value FROM azure_instance_tags WHERE key = 'owner'"],
  *rows(context): Generator<Row> {
    const facts = askAzure(context, 'azure_instance_tags');
    for (const tag of asList(facts?.['tagsList']).map(asObject))
      yield { vm_id: asText(facts?.['vmId']), key: asText(tag['name']), value: asText(tag['value']) };
  },
};

/** Facts about a machine of Yandex Cloud. */
export const ycloud_instance_metadata: GeneratedTableSpec = {
  name: 'ycloud_instance_metadata',
  kind: 'state',
  description: 'What Yandex Cloud says about this machine. Off by default: the configuration must name the table.',
  source: `${address}/computeMetadata/v1`,
  estimatedRows: 1,
  columns: columns(
    ['instance_id', 'TEXT', 'Id of the machine', { index: true }],
    ['folder_id', 'TEXT', 'Folder it belongs to'],
    ['cloud_id', 'TEXT', 'Cloud it belongs to'],
    ['name', 'TEXT', 'Name of the machine'],
    ['description', 'TEXT', 'Description of the machine'],
    ['hostname', 'TEXT', 'Host name of the machine'],
    ['zone', 'TEXT', 'Zone'],
    ['ssh_public_key', 'TEXT', 'Public key it was given'],
    ['serial_port_enabled', 'TEXT', 'Whether its serial port can be used: 1 yes'],
    ['metadata_endpoint', 'TEXT', 'Address that was asked', { index: true }],
  ),
  examples: ['SELECT instance_id, zone FROM ycloud_instance_metadata', 'SELECT folder_id FROM ycloud_instance_metadata'],
  *rows(context) {
    if (!mayUseNetwork(context, 'ycloud_instance_metadata')) return;
    const answer = requestAll(
      [{ url: `${address}/computeMetadata/v1/instance/?recursive=true`, headers: { 'metadata-flavor': 'Google' } }],
      patience,
    )[0];
    if (answer?.status !== 200) {
      context.warn(`this machine is not in Yandex Cloud, or may not ask about itself: ${answer?.error ?? `status ${answer?.status}`}`);
      return;
    }
    const facts = asObject(parseJson(context, "Yandex Cloud's answer", answer.body));
    const attributes = asObject(facts['attributes']);
    const vendor = asObject(facts['vendor']);
    yield {
      instance_id: asText(facts['id']),
      folder_id: asText(vendor['folderId']) || asText(vendor['folder-id']),
      cloud_id: asText(vendor['cloudId']) || asText(vendor['cloud-id']),
      name: asText(facts['name']),
      description: asText(facts['description']),
      hostname: asText(facts['hostname']),
      zone: asText(facts['zone']).split('/').pop() ?? '',
      ssh_public_key: asText(attributes['ssh-keys']),
      serial_port_enabled: asText(attributes['serial-port-enable']),
      metadata_endpoint: address,
    };
  },
};
