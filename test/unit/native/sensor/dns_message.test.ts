/** The parser of DNS messages: what right ones say, and that wrong ones do no harm. The program is test/native/dns_property.cc, with the sanitizers. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../../../src/paths.ts';

interface Parsed {
  readonly good: boolean;
  readonly complete: boolean;
  readonly id: number;
  readonly rcode: string;
  readonly questions: readonly (readonly [name: string, type: string, klass: string])[];
  readonly answers: readonly (readonly [name: string, type: string, ttl: number, data: string])[];
}

const folder = mkdtempSync(join(tmpdir(), 'shrike-dns-'));
const program = join(folder, 'dns_property');

beforeAll(() => {
  const sensor = join(packageRoot, 'native', 'sensor');
  execFileSync('g++', [
    ...['-std=c++20', '-O0', '-fsanitize=address,undefined', '-fno-sanitize-recover', '-o', program],
    join(packageRoot, 'test', 'native', 'dns_property.cc'),
    ...['dns_message.cc', 'dns_stream.cc', 'text.cc'].map((name) => join(sensor, name)),
  ]);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The program prints the members of Parsed.
const parse = (bytes: readonly number[], ...cut: readonly string[]): Parsed =>
  JSON.parse(execFileSync(program, ['parse', ...cut, Buffer.from(bytes).toString('hex')], { encoding: 'utf8' })) as Parsed;

const u16 = (value: number): number[] => [value >> 8, value & 255];
const label = (text: string): number[] => [text.length, ...Buffer.from(text, 'latin1')];
const name = (...labels: readonly string[]): number[] => [...labels.flatMap(label), 0];
const header = (questions: number, answers: number, flags = 0x8180): number[] => [
  ...[...u16(7), ...u16(flags), ...u16(questions)],
  ...[...u16(answers), 0, 0, 0, 0],
];
const question = (type = 1): number[] => [...name('example', 'com'), ...u16(type), 0, 1];
/** An answer about the name of the question, which begins at byte 12. */
const answer = (type: number, data: readonly number[]): number[] => [
  0xc0,
  12,
  ...u16(type),
  0,
  1,
  0,
  0,
  0,
  60,
  ...u16(data.length),
  ...data,
];
const one = (type: number, data: readonly number[]): Parsed => parse([...header(1, 1), ...question(type), ...answer(type, data)]);

describe('the text of answers', () => {
  it.each<[string, number, number[], string]>([
    ['A', 1, [192, 0, 2, 1], '192.0.2.1'],
    ['AAAA', 28, [0x20, 1, 0xd, 0xb8, ...Array<number>(11).fill(0), 9], '2001:db8::9'],
    ['NS', 2, [...label('ns'), 0xc0, 12], 'ns.example.com'],
    ['PTR', 12, name('host'), 'host'],
    ['MX', 15, [0, 10, ...label('mail'), 0xc0, 12], '10 mail.example.com'],
    ['TXT', 16, [...label('v=spf1 '), ...label('-all')], 'v=spf1 -all'],
    ['TXT', 16, label('a\\b\0\xff'), 'a\\\\b\\000\\255'],
    ['SRV', 33, [0, 1, 0, 2, 0x14, 0x66, ...name('srv')], '1 2 5222 srv'],
    ['SOA', 6, [...name('ns'), ...name('admin'), 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5], 'ns admin 1 2 3 4 5'],
    [
      'HTTPS',
      65,
      [0, 1, 0, 0, 1, 0, 6, ...label('h2'), ...label('h3'), 0, 4, 0, 4, 192, 0, 2, 3, 0, 3, 0, 2, 1, 187],
      '1 . alpn=h2,h3 ipv4hint=192.0.2.3 port=443',
    ],
    ['CAA', 257, [0, ...label('issue'), ...Buffer.from('ca.example')], '0 issue "ca.example"'],
    ['TYPE65280', 65280, [1, 2, 255], '\\# 3 0102ff'],
  ])('%s', (type, number, data, text) => {
    const parsed = one(number, data);
    expect(parsed).toMatchObject({ good: true, complete: true, questions: [['example.com', type, 'IN']] });
    expect(parsed.answers).toEqual([['example.com', type, 60, text]]);
  });
});

describe('names', () => {
  it('keeps letters as they were sent, and escapes what could be mistaken', () => {
    const parsed = parse([...header(1, 0, 0x100), ...name('WwW', 'a.b', '\x01\xc3'), ...u16(28), 0, 1]);
    expect(parsed.questions).toEqual([['WwW.a\\.b.\\001\\195', 'AAAA', 'IN']]);
  });

  it('shows the root as a dot', () => {
    expect(parse([...header(1, 0), 0, ...u16(2), 0, 1]).questions).toEqual([['.', 'NS', 'IN']]);
  });

  it.each<[string, number[]]>([
    ['that points to itself', [0xc0, 12]],
    ['that points forward', [0xc0, 14, ...name('x')]],
    ['that points into the header', [0xc0, 4]],
    ['that points round in a circle', [...label('a'), 0xc0, 12]],
    ['with a label of a kind that does not exist', [0x41, 97, 0]],
    [
      'of more than 255 bytes',
      [
        ...Array<number[]>(5)
          .fill(label('x'.repeat(60)))
          .flat(),
        0,
      ],
    ],
  ])('refuses a name %s', (_, bytes) => {
    expect(parse([...header(1, 0), ...bytes, ...u16(1), 0, 1])).toMatchObject({ good: false, questions: [] });
  });
});

describe('what is wrong', () => {
  it('keeps what came before it', () => {
    const parsed = parse([...header(1, 2), ...question(), ...answer(1, [192, 0, 2, 1]), ...answer(1, [192, 0, 2])]);
    expect(parsed).toMatchObject({ good: false, complete: false, answers: [['example.com', 'A', 60, '192.0.2.1']] });
  });

  it('refuses fewer records than the header counts, unless the message was cut', () => {
    const bytes = [...header(1, 3), ...question(), ...answer(1, [192, 0, 2, 1])];
    expect(parse(bytes).good).toBe(false);
    expect(parse(bytes, 'cut')).toMatchObject({ good: true, complete: false });
    // 0x0200: the server says itself that it left something out.
    expect(parse([...header(1, 3, 0x8380), ...question()])).toMatchObject({ good: true, complete: false });
  });

  it('refuses data that does not fill its record, and too many questions', () => {
    expect(one(1, [192, 0, 2, 1, 9]).good).toBe(false);
    expect(parse([...header(17, 0), ...Array<number[]>(17).fill(question()).flat()]).good).toBe(false);
  });

  it('refuses what is shorter than a header', () => {
    expect(parse([0, 7, 1, 0]).good).toBe(false);
  });
});

it('holds its properties for random messages, parts of them, and noise', { timeout: 120_000 }, () => {
  const run = spawnSync(program, ['fuzz', '20261122', '3000'], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
  expect(run.status).toBe(0);
});
