/**
 * What watching costs: processor time of the agent per million events, and how much slower the watched program gets, for storms of execs, file
 * opens that no watch list names, files opened for writing, and TCP connects. Against nothing, and against a reader that only counts
 * (test/bench/floor), in turns, so that what else the machine does falls on all three alike.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clangs, which } from '../../scripts/lib/packages.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const programs = join(root, 'build/test-programs');
const bench = join(root, 'build/bench');
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);

/** The storms: program and arguments, operations in each, and the floor that does the same. `table` is what must have grown by as much. */
const storms = [
  { name: 'exec', floor: 'exec', table: 'process_events', n: 30000, command: (n) => ['exec_storm', `${n}`, '0'] },
  {
    name: 'open for reading, unwatched',
    floor: 'open',
    table: undefined,
    n: 1500000,
    command: (n, folder) => ['storm', 'open', `${n}`, folder],
  },
  {
    name: 'open for writing',
    floor: 'open',
    table: 'process_file_events',
    n: 300000,
    command: (n, folder) => ['storm', 'write', `${n}`, folder],
  },
  { name: 'connect', floor: 'connect', table: 'socket_events', n: 200000, command: (n, folder) => ['storm', 'connect', `${n}`, folder] },
];

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Processor time a process has used, µs, by the scheduler's own account (the ticks of /proc/PID/stat are too coarse). */
function used(pid) {
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'));
  return threads.reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1000, 0);
}

/** Resident memory, MiB. */
const resident = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A tracer that is running, or undefined for none. */
async function start(kind, floor) {
  if (kind === 'nothing') return undefined;
  if (kind === 'floor') {
    const child = spawn(join(bench, 'floor'), [floor, join(bench, 'floor.bpf.o')], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve, reject) => {
      child.stdout.once('data', resolve);
      child.once('exit', () => reject(new Error('the floor ended')));
    });
    return { pid: child.pid, stop: () => stopped(child) };
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'shrike-bench-'));
  const port = await freePort();
  const child = spawn(join(root, 'bin/shrike'), ['run', '--data-dir', dataDir, '--listen', `127.0.0.1:${port}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (part) => {
    log += part;
  });
  const url = `http://127.0.0.1:${port}`;
  for (let i = 0; ; i++) {
    await pause(100);
    if ((await fetch(`${url}/readyz`).catch(() => undefined))?.ok) break;
    if (i > 300 || child.exitCode !== null) throw new Error(`the agent does not start:\n${log}`);
  }
  const token = readFileSync(join(dataDir, 'token'), 'utf8').trim();
  const query = async (sql) => {
    const answer = await fetch(`${url}/api/v1/query`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ sql }),
    });
    const body = await answer.json();
    if (!body.ok) throw new Error(body.error);
    return body.rows;
  };
  return {
    pid: child.pid,
    query,
    stop: async () => {
      await stopped(child);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function stopped(child) {
  return new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill('SIGTERM');
  });
}

/** One storm under one tracer: ns per operation of the program, processor µs of the tracer, and what the agent counted. */
async function run(storm, kind) {
  const folder = mkdtempSync(join(tmpdir(), 'shrike-storm-'));
  const tracer = await start(kind, storm.floor);
  await pause(500);
  const sum = async (stage) =>
    storm.table && tracer?.query
      ? (
          await tracer.query(`SELECT coalesce(sum(value), 0) AS n FROM shrike_counters WHERE "table" = '${storm.table}' AND stage ${stage}`)
        )[0].n
      : 0;
  const storedBefore = await sum("= 'stored'");
  const lostBefore = await sum("LIKE 'lost%'");
  const before = tracer ? used(tracer.pid) : 0;
  const [program, ...args] = storm.command(storm.n, folder);
  const result = await new Promise((resolve, reject) => {
    const child = spawn(join(programs, program), args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (part) => {
      output += part;
    });
    child.on('close', (code) =>
      code === 0 ? resolve(JSON.parse(output.trim().split('\n').at(-1))) : reject(new Error(`${program} ended with ${code}`)),
    );
  });
  await pause(200);
  const cost = tracer ? used(tracer.pid) - before : 0;
  const memory = tracer ? resident(tracer.pid) : 0;
  const stored = (await sum("= 'stored'")) - storedBefore;
  const lost = (await sum("LIKE 'lost%'")) - lostBefore;
  await tracer?.stop();
  rmSync(folder, { recursive: true, force: true });
  return { ns: result.elapsed_ns / storm.n, cost: cost / storm.n, memory, stored, lost };
}

function build() {
  const clang = clangs.map(which).find((path) => path !== undefined);
  mkdirSync(bench, { recursive: true });
  const multiarch = spawnSync('gcc', ['-print-multiarch'], { encoding: 'utf8' }).stdout.trim();
  const bpf = ['-target', 'bpf', '-O2', '-g', '-mcpu=v3', `-D__TARGET_ARCH_${process.arch === 'x64' ? 'x86' : 'arm64'}`, '-D__BPF__'];
  for (const [command, ...args] of [
    [
      clang,
      ...bpf,
      `-I${root}/bpf/include`,
      '-idirafter',
      `/usr/include/${multiarch}`,
      '-c',
      `${root}/test/bench/floor/floor.bpf.c`,
      '-o',
      `${bench}/floor.bpf.o`,
    ],
    ['gcc', '-O2', `${root}/test/bench/floor/floor.c`, '-o', `${bench}/floor`, '-lbpf'],
  ]) {
    const made = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    if (made.status !== 0) throw new Error(`${command} ended with ${made.status}`);
  }
}

if (!existsSync('/sys/kernel/btf/vmlinux') || process.getuid() !== 0) {
  console.log('### Cost of watching\n\nNot measured: needs root and a kernel with BTF.');
} else {
  build();
  console.log('### Cost of watching\n');
  console.log(
    `Medians of ${rounds} rounds, taken in turns. Processor seconds are the whole tracer's, per million operations; the program's are ns per operation.\n`,
  );
  console.log(
    '| storm | program alone | with floor | with Shrike | Shrike / alone | floor, CPU s | Shrike, CPU s | rows stored | lost | resident MiB |',
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  const only = process.env.BENCH_STORM;
  for (const storm of storms.filter(({ name }) => !only || name.startsWith(only))) {
    const results = { nothing: [], floor: [], shrike: [] };
    for (let round = 0; round < rounds; round++) {
      for (const kind of ['nothing', 'floor', 'shrike']) results[kind].push(await run(storm, kind));
    }
    const of = (kind, key) => median(results[kind].map((result) => result[key]));
    const ratio = median(results.shrike.map((result, i) => result.ns / results.nothing[i].ns));
    const stored = results.shrike.map(({ stored }) => stored).join(', ');
    const lost = results.shrike.map(({ lost }) => lost).join(', ');
    console.log(
      `| ${storm.name}, ${storm.n.toLocaleString('en')} | ${of('nothing', 'ns').toFixed(0)} | ${of('floor', 'ns').toFixed(0)} | ${of('shrike', 'ns').toFixed(0)} | ${ratio.toFixed(3)} | ${of('floor', 'cost').toFixed(2)} | ${of('shrike', 'cost').toFixed(2)} | ${storm.table ? stored : 'none wanted'} | ${storm.table ? lost : ''} | ${of('shrike', 'memory').toFixed(0)} |`,
    );
  }
}
