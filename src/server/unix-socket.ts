/** A socket file outlives a killed agent and would keep the next one from listening. */
import { lstatSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { ShrikeError } from '../errors.ts';

async function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/**
 * Removes a socket file that nobody listens on; leaves everything else alone.
 *
 * @throws ShrikeError E_LISTEN_BUSY when somebody does, E_LISTEN_FAILED when the path is something other than a socket.
 */
export async function clearSocket(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket())
    throw new ShrikeError('E_LISTEN_FAILED', { listen: `unix:${path}`, reason: 'there is a file that is not a socket' });
  if (await answers(path)) throw new ShrikeError('E_LISTEN_BUSY', { listen: `unix:${path}` });
  unlinkSync(path);
}
