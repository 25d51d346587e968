#!/usr/bin/env node
// Runs one group of checks against a running server and prints one JSON line per check.
//
//   REPOHOST_WORLD='{…}' node run.mjs hub-reads                    every check of checks/hub-reads.mjs
//   REPOHOST_WORLD='{…}' node run.mjs hub-reads 'whoAmI …'         the one of that name
//
// Status 0 when all passed, 1 when one failed, 2 when there was nothing to run.

import { spawnSync } from 'node:child_process';
import { registered, removeFolders } from './checks.mjs';

const [group, only] = process.argv.slice(2);
if (!/^[a-z-]+$/.test(group ?? '')) {
  console.error('usage: node run.mjs GROUP [NAME]   (a group is a file in checks/)');
  process.exit(2);
}

// The clients print progress to the console; standard output belongs to the results.
const print = console.log.bind(console);
console.log = console.debug = console.info = console.error;

const PATIENCE = 60_000; // a client that waits for ever, or tries again for minutes, must not take the other checks with it

function within(milliseconds, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not end within ${milliseconds / 1000} s`)), milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const { everyCheckAlone = false } = await import(`./checks/${group}.mjs`);
const chosen = registered.filter(({ name }) => only === undefined || name === only);
let failed = 0;
if (everyCheckAlone && only === undefined) {
  for (const { name } of chosen.splice(0)) {
    if (spawnSync(process.execPath, [process.argv[1], group, name], { stdio: 'inherit' }).status !== 0) failed++;
  }
}
for (const { name, run } of chosen) {
  const started = performance.now();
  let error = null;
  try {
    await within(PATIENCE, run());
  } catch (thrown) {
    failed++;
    error = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  }
  print(JSON.stringify({ name, error, milliseconds: Math.round(performance.now() - started) }));
}
removeFolders();
// Kept-alive connections and the libraries' worker threads would hold the process open.
process.exit(registered.length === 0 ? 2 : failed === 0 ? 0 : 1);
