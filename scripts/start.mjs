#!/usr/bin/env node
/**
 * `npm start [-- OPTIONS]`: gets the machine ready, builds what changed and runs the agent in the foreground.
 * Everything after `--` goes to `shrike run`.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { buildAll } from './build.mjs';
import { main, root } from './lib/steps.mjs';
import { setup } from './setup.mjs';

await main(async () => {
  await setup();
  await buildAll();
  const command = join(root, 'bin', 'shrike');
  const args = ['run', ...process.argv.slice(2)];
  // Node from 22.15 on can turn into the agent; older ones stand between it and the terminal.
  if (process.execve !== undefined) process.execve(process.execPath, [process.execPath, command, ...args]);
  const agent = spawn(command, args, { stdio: 'inherit' });
  agent.on('error', (error) => {
    console.error(error.message);
    process.exitCode = 3;
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
    process.on(signal, () => {
      // Ctrl-C reaches the whole foreground group: passing it on again would count as a second, impatient one.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) agent.kill(signal);
    });
  }
  process.exitCode = await new Promise((resolve) => {
    agent.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
    agent.on('error', () => resolve(3));
  });
});
