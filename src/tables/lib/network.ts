/** Whether a table may use the network: a query must not make this machine talk to others unless its owner says so. */
import type { TableContext } from '../spec.ts';

/** True when the configuration allows it; a warning that says how to allow it otherwise. */
export function mayUseNetwork(context: TableContext, table: string): boolean {
  if (context.engine.networkTables?.includes(table)) return true;
  context.warn(`${table} uses the network and is off: name it in tables.network of the configuration to turn it on`);
  return false;
}
