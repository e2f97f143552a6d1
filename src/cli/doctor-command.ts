/** `shrike doctor`: what works here, what is missing, what that costs, and the remedy. */
import { existsSync, readdirSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { release } from 'node:os';
import { type AgentFile, findAgent } from '../config/agent-file.ts';
import { dataDirOf } from '../config/data-dir.ts';
import { ShrikeError } from '../errors.ts';
import { addonPath, bpfDir } from '../paths.ts';
import { checkDataDir, checkMachine, type Finding, lacking, ok, type Verdict } from './doctor-checks.ts';
import { exitCodes } from './report.ts';
import { type Style, styleFor } from './text.ts';

export interface DoctorFlags {
  readonly dataDir?: string;
  readonly json?: boolean;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
const build = 'Build it with `npm run build`.';

function checkPrograms(): Finding {
  const programs = existsSync(bpfDir) ? readdirSync(bpfDir).filter((name) => name.endsWith('.bpf.o')) : [];
  if (programs.length > 0) return ok('kernel programs', `${programs.length} built`);
  return lacking('problem', 'kernel programs', `there are none in ${bpfDir}`, 'No kernel events.', build);
}

/** Loads the addon and tries the sensor for a moment: what loads and attaches is known only by doing it. */
async function checkSensor(): Promise<Finding[]> {
  if (!existsSync(addonPath))
    return [lacking('problem', 'native addon', `there is no ${addonPath}`, 'Nothing but the documentation of tables works.', build)];
  try {
    const { native } = await import('../native.ts');
    const addon = native();
    const why = addon.sensorUnavailable();
    if (why !== '')
      return [ok('native addon', addonPath), lacking('problem', 'sensor', why, 'Event tables stay empty.', 'See the checks above.')];
    const { eventLayout } = await import('../agent/layout.ts');
    const { tables } = await import('../tables/index.ts');
    const { startSensor } = await import('../sensor.ts');
    addon.storeOpen({ memoryBytes: 1024 * 1024, tables: eventLayout(tables) });
    const sensor = startSensor({ ringBytes: 1024 * 1024, watchReads: [] });
    sensor.stop();
    return [ok('native addon', addonPath), ...sensorFindings(sensor.sources, sensor.warnings)];
  } catch (error) {
    const hint = error instanceof ShrikeError ? error.hint : build;
    return [lacking('problem', 'sensor', messageOf(error), 'Event tables stay empty.', hint)];
  }
}

function sensorFindings(sources: Readonly<Record<string, string>>, warnings: readonly string[]): Finding[] {
  const used = Object.entries(sources).map(([object, source]) => `${object}: ${source}`);
  const none = Object.values(sources).every((source) => source === 'none');
  const head = none
    ? lacking('problem', 'sensor', 'no kernel program could be attached', 'Event tables stay empty.', 'See the checks above.')
    : ok('sensor', used.join(', '));
  return [head, ...warnings.map((warning) => lacking('note', 'sensor', warning, '', ''))];
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return text;
}

async function checkAgent(agent: AgentFile | undefined, dataDir: string): Promise<Finding[]> {
  const name = 'agent';
  if (agent === undefined)
    return [
      lacking(
        'note',
        name,
        `none runs on ${dataDir}`,
        'Nothing is recorded; state tables are answered without it.',
        'Start one with `shrike run`.',
      ),
    ];
  try {
    const { askAgent, readToken } = await import('./agent-source.ts');
    const ready = await askAgent(agent, undefined, '/readyz');
    await textOf(ready);
    if (ready.statusCode !== 200)
      return [lacking('problem', name, `pid ${agent.pid} at ${agent.url} is not ready`, 'Queries may fail.', "Look at the agent's log.")];
    const token = readToken(dataDir, agent.pid);
    const asked = await askAgent(agent, token, '/api/v1/query', { sql: 'SELECT version, event_sources FROM shrike_info' });
    const text = await textOf(asked);
    if (asked.statusCode !== 200)
      return [
        lacking(
          'problem',
          'token',
          `the agent (pid ${agent.pid}) does not accept it: ${text}`,
          'Commands cannot ask the agent.',
          'Delete DATA_DIR/token and DATA_DIR/token.sha256 and start the agent again.',
        ),
      ];
    // Two columns of our own table, as text.
    const { rows } = JSON.parse(text) as { rows: { version: string; event_sources: string | null }[] };
    const sources = JSON.parse(rows[0]?.event_sources ?? '{}') as Record<string, string>;
    const running = ok(name, `pid ${agent.pid} at ${agent.url}, version ${rows[0]?.version}`);
    if (Object.keys(sources).length === 0)
      return [
        running,
        lacking('note', 'sensor', 'the agent runs without it', 'Event tables stay empty.', 'Start the agent without --no-bpf, as root.'),
      ];
    return [running, ...sensorFindings(sources, [])];
  } catch (error) {
    const hint = error instanceof ShrikeError ? error.hint : 'Restart it.';
    return [lacking('problem', name, messageOf(error), 'Commands cannot ask the agent.', hint)];
  }
}

const marks: Readonly<Record<Verdict, string>> = { ok: 'ok  ', note: 'note', problem: 'FAIL' };

function show(findings: readonly Finding[], style: Style): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const indent = ' '.repeat(width + 8);
  return findings
    .map(({ check, verdict, detail, cost, remedy }) => {
      const more = [cost, remedy].filter((text) => text !== '').map((text) => `${indent}${style.dim(text)}\n`);
      const mark = verdict === 'ok' ? style.dim(marks.ok) : style.bold(marks[verdict]);
      return `${mark}  ${check.padEnd(width)}  ${detail}\n${more.join('')}`;
    })
    .join('');
}

/** Prints the findings; 1 when one of them is a problem. */
export async function doctorCommand(flags: DoctorFlags): Promise<number> {
  const dataDir = dataDirOf({ flag: flags.dataDir });
  const agent = findAgent(dataDir);
  const machine = checkMachine({ proc: '/proc', sys: '/sys', uid: process.geteuid?.() ?? 0, release: release() });
  // With an agent there its own sensor is the one that counts.
  const sensor = agent === undefined ? await checkSensor() : [];
  const findings = [...machine, checkPrograms(), ...sensor, checkDataDir(dataDir), ...(await checkAgent(agent, dataDir))];
  process.stdout.write(flags.json ? `${JSON.stringify(findings, null, 2)}\n` : show(findings, styleFor(process.stdout)));
  return findings.some(({ verdict }) => verdict === 'problem') ? exitCodes.findings : exitCodes.fine;
}
