// What the checks have in common: the list they register in, the world they run against, and a few assertions that
// say what was there instead.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const registered = [];

/** Registers one check. The name stands in single quotes on the same line: RepoHost.EndToEnd reads it from there. */
export const check = (name, run) => registered.push({ name, run: async () => run() });

/** Set by whoever started the server: its address, one token per person, and the folder of the sample repositories. */
const world = JSON.parse(process.env.REPOHOST_WORLD ?? 'null');
if (!world) throw new Error('REPOHOST_WORLD is not set: {"base", "samples", "tokens": {"owner", "accepted", "stranger", "writer", "pending", "rejected"}, "rejectionReason"}');
export const { base, tokens, rejectionReason } = world;

/** Fine-grained tokens by what they may, and a private repository that some of them are about; only for the group hub-scopes. */
export const scoped = JSON.parse(process.env.REPOHOST_SCOPED ?? 'null');

export const GATED = 'acme/tiny-sentiment';
export const AUTO = 'acme/tiny-sentiment-auto';
export const OPEN = 'acme/tiny-sentiment-open';
export const PRIVATE = 'acme/tiny-private';
export const LARGE = 'acme/large';
export const DATASET = { type: 'dataset', name: 'acme/tiny-reviews' };

export const restricted = (kind, id) => `Access to ${kind} ${id} is restricted`;

/** The file as it lies in sample-repos, which is what every download must equal. */
export function sample(repo, file) {
  const folder = typeof repo === 'string' ? `models/${repo}` : `${repo.type}s/${repo.name}`;
  return fs.readFileSync(path.join(world.samples, folder, file));
}

const folders = [];
export function freshFolder() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'repohost-client-'));
  folders.push(folder);
  return folder;
}
export const removeFolders = () => folders.forEach((folder) => fs.rmSync(folder, { recursive: true, force: true }));

export async function bytes(blob) {
  return Buffer.from(await blob.arrayBuffer());
}

export async function collect(items) {
  const all = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The call must fail with this status and show the person all of these texts. Returns the error. */
export async function refused(call, status, ...texts) {
  let error;
  try {
    await call();
  } catch (thrown) {
    error = thrown;
  }
  assert.ok(error, 'the call was not refused');
  if (status !== undefined) assert.equal(error.statusCode ?? error.status, status, `${error.name}: ${error.message}`);
  for (const text of texts) assert.ok(error.message.includes(text), `the message lacks "${text}": ${error.message}`);
  return error;
}

export { assert };
