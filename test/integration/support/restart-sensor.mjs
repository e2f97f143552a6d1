/** Starts and stops the sensor in this process as often as asked; prints resident memory and open descriptors after each round. */
import { readdirSync } from 'node:fs';
import { eventLayout } from '../../../dist/agent/layout.js';
import { native } from '../../../dist/native.js';
import { bpfDir } from '../../../dist/paths.js';
import { tables } from '../../../dist/tables/index.js';

native().storeOpen({ memoryBytes: 64 << 20, tables: eventLayout(tables) });
const rss = [];
const descriptors = [];
const problems = [];
for (let i = 0; i < Number(process.argv[2]); i++) {
  const { problem } = native().sensorStart({ bpfDir, ringBytes: 1 << 20, watchReads: [] });
  if (problem !== '') problems.push(problem);
  native().sensorStop();
  rss.push(process.memoryUsage().rss);
  descriptors.push(readdirSync('/proc/self/fd').length);
}
console.log(JSON.stringify({ rss, descriptors, problems }));
