/** Entry of the `shrike` command. */
import { CommanderError } from 'commander';
import { createProgram } from './program.ts';
import { exitCodes } from './report.ts';

// A closed pipe (`shrike query … | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.fine);
  throw error;
});

try {
  await createProgram().parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
}
