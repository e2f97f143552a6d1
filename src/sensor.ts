/** The sensor as the agent starts it: kernel programs, their reader thread, recordings. */
import { ShrikeError } from './errors.ts';
import { native, type SensorStatus } from './native.ts';
import { bpfDir } from './paths.ts';

export interface SensorOptions {
  /** Bytes of the ring between kernel and agent; a power of two. */
  readonly ringBytes: number;
  /** Globs of the paths whose reading is an event. */
  readonly watchReads: readonly string[];
  /** Ports of name servers whose messages are events, at most eight; port 53 when left out. */
  readonly dnsPorts?: readonly number[];
  /** Also write every record to this file, for `run --replay`. */
  readonly record?: string;
}

export interface SensorHandle {
  /** Kernel object → where its events come from. */
  readonly sources: Readonly<Record<string, string>>;
  /** What is missing and what that costs, a sentence each. */
  readonly warnings: readonly string[];
  status(): SensorStatus;
  /** Detaches every program and stores what was still on its way. Idempotent. Returns a problem with the recording, or the empty string. */
  stop(): string;
}

/** Why there can be no runtime events on this machine, in one sentence; the empty string when there can. */
export function sensorUnavailable(): string {
  return native().sensorUnavailable();
}

/**
 * Loads and attaches the kernel programs and starts to fill the event tables, which must be in the store.
 *
 * @throws ShrikeError E_SENSOR when nothing could be attached; nothing is left attached then.
 */
export function startSensor(options: SensorOptions): SensorHandle {
  return handle(native().sensorStart({ bpfDir, ...options }));
}

/** Plays a recording into the event tables. `speed` 1 keeps its own timing, 0 is as fast as possible. */
export function replaySensor(file: string, speed: number, options: SensorOptions): SensorHandle {
  return handle(native().sensorReplay({ bpfDir, file, speed, ...options }));
}

function handle(started: SensorStatus): SensorHandle {
  if (started.problem !== '')
    throw new ShrikeError('E_SENSOR', { reason: started.problem, suggestion: 'Run shrike doctor to see what is missing.' });
  return {
    sources: started.sources,
    warnings: started.warnings,
    status: () => native().sensorStatus(),
    stop: () => native().sensorStop().problem,
  };
}
