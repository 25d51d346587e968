// @huggingface/hub, what it reads with and without access.

import fs from 'node:fs';
import path from 'node:path';
import * as hub from '@huggingface/hub';
import { assert, AUTO, base, bytes, check, collect, DATASET, freshFolder, GATED, LARGE, OPEN, PRIVATE, sample, tokens } from '../checks.mjs';

const anonymous = (repo) => ({ hubUrl: base, repo });
const as = (accessToken, repo = GATED) => ({ hubUrl: base, repo, accessToken });
const infoAs = (accessToken, name) => ({ hubUrl: base, name, accessToken });
const LFS_FILES = ['model.safetensors', 'onnx/model.onnx'];

check('modelInfo says manual, auto and false', async () => {
  const gates = await Promise.all([GATED, AUTO, OPEN].map((name) => hub.modelInfo({ hubUrl: base, name })));
  assert.deepEqual(gates.map(({ gated }) => gated), ['manual', 'auto', false]);
});
check('modelInfo shows the card and the revision to anyone', async () => {
  const info = await hub.modelInfo({ hubUrl: base, name: GATED, additionalFields: ['sha', 'author', 'cardData', 'tags', 'library_name', 'filePaths'] });
  assert.equal(info.name, GATED);
  assert.equal(info.author, 'acme');
  assert.equal(info.task, 'text-classification');
  assert.match(info.sha, /^[0-9a-f]{40}$/);
  assert.equal(info.cardData.extra_gated_heading, 'Request access to Tiny sentiment');
  assert.ok(info.filePaths.includes('model.safetensors'));
  assert.ok(!Number.isNaN(info.updatedAt.getTime()));
});
check('modelInfo by revision answers for that commit', async () => {
  const { sha } = await hub.modelInfo({ ...infoAs(tokens.accepted, GATED), additionalFields: ['sha'] });
  assert.equal((await hub.modelInfo({ ...infoAs(tokens.accepted, GATED), additionalFields: ['sha'], revision: sha })).sha, sha);
});
check('datasetInfo says manual', async () => {
  const info = await hub.datasetInfo({ hubUrl: base, name: DATASET.name, additionalFields: ['cardData', 'sha'] });
  assert.equal(info.gated, 'manual');
  assert.equal(info.cardData.pretty_name, 'Tiny reviews');
});
check('listModels lists the public models of an author', async () => {
  const names = (await collect(hub.listModels({ hubUrl: base, search: { owner: 'acme' } }))).map(({ name }) => name);
  for (const name of [GATED, AUTO, OPEN]) assert.ok(names.includes(name), `${name} is not in ${names}`);
  assert.ok(!names.includes(PRIVATE), 'a private model was listed to nobody in particular');
});
check('listModels lists a private model to its owner only', async () => {
  const listed = async (accessToken) => (await collect(hub.listModels({ hubUrl: base, accessToken, search: { owner: 'acme', query: 'private' } }))).map(({ name }) => name);
  assert.deepEqual(await listed(tokens.owner), [PRIVATE]);
  assert.deepEqual(await listed(tokens.stranger), []);
});
check('listModels stops at the limit', async () => {
  assert.equal((await collect(hub.listModels({ hubUrl: base, search: { owner: 'acme' }, limit: 2 }))).length, 2);
});
check('listDatasets finds the dataset by a part of its name', async () => {
  const found = await collect(hub.listDatasets({ hubUrl: base, search: { query: 'reviews' } }));
  assert.deepEqual(found.map(({ name, gated }) => [name, gated]), [[DATASET.name, 'manual']]);
});
check('listFiles walks folders and knows which files are LFS', async () => {
  const entries = await collect(hub.listFiles({ ...as(tokens.accepted), recursive: true }));
  assert.deepEqual(entries.filter(({ lfs }) => lfs).map(({ path }) => path).sort(), LFS_FILES);
  assert.ok(entries.some(({ type, path }) => type === 'directory' && path === 'onnx'));
  for (const { lfs, path } of entries) if (lfs) assert.deepEqual([lfs.size, lfs.oid.length], [sample(GATED, path).length, 64]);
});
check('listFiles without recursion stays in one folder', async () => {
  const paths = (await collect(hub.listFiles(as(tokens.accepted)))).map(({ path }) => path);
  assert.ok(paths.includes('onnx') && !paths.includes('onnx/model.onnx'), String(paths));
});
check('listFiles shows names to a stranger and hides the LFS hashes', async () => {
  const lfs = (await collect(hub.listFiles({ ...as(tokens.stranger), recursive: true }))).filter((entry) => entry.lfs);
  assert.deepEqual(lfs.map((entry) => entry.lfs.oid), LFS_FILES.map(() => '*'.repeat(64)));
});
check('listFiles with expand names the last commit', async () => {
  for (const { path, lastCommit } of await collect(hub.listFiles({ ...as(tokens.accepted), expand: true })))
    assert.match(lastCommit?.id ?? '', /^[0-9a-f]{40}$/, path);
});
check('downloadFile gives a plain file', async () => {
  const blob = await hub.downloadFile({ ...as(tokens.accepted), path: 'config.json' });
  assert.deepEqual(await bytes(blob), sample(GATED, 'config.json'));
});
check('downloadFile gives an LFS file', async () => {
  const blob = await hub.downloadFile({ ...as(tokens.accepted), path: 'model.safetensors' });
  assert.deepEqual(await bytes(blob), sample(GATED, 'model.safetensors'));
});
check('downloadFile gives a slice from the middle of a large LFS file', async () => {
  const blob = await hub.downloadFile({ ...as(tokens.owner, LARGE), path: 'weights.bin' });
  const [whole, slice] = [await bytes(blob), await bytes(blob.slice(5_000_000, 5_000_100))];
  assert.equal(whole.length, blob.size);
  assert.deepEqual(slice, whole.subarray(5_000_000, 5_000_100));
});
check('downloadFile raw gives the pointer of an LFS file', async () => {
  const text = await (await hub.downloadFile({ ...as(tokens.accepted), path: 'model.safetensors', raw: true })).text();
  assert.match(text, /^version https:\/\/git-lfs\.github\.com\/spec\/v1\noid sha256:[0-9a-f]{64}\nsize 83992\n$/);
});
check('downloadFile gives a dataset file', async () => {
  const blob = await hub.downloadFile({ ...as(tokens.accepted, DATASET), path: 'reviews/test.jsonl' });
  assert.deepEqual(await bytes(blob), sample(DATASET, 'reviews/test.jsonl'));
});
check('downloadFile needs no token on an open model', async () => {
  const blob = await hub.downloadFile({ ...anonymous(OPEN), path: 'tiny.gguf' });
  assert.deepEqual(await bytes(blob), sample(OPEN, 'tiny.gguf'));
});
check('downloadFile of a missing file is null', async () => {
  assert.equal(await hub.downloadFile({ ...as(tokens.accepted), path: 'no-such-file.bin' }), null);
});
check('the model card and the licence are open on a gated model', async () => {
  for (const file of ['README.md', 'LICENSE'])
    assert.deepEqual(await bytes(await hub.downloadFile({ ...anonymous(GATED), path: file })), sample(GATED, file), file);
});
check('fileDownloadInfo knows size and hash of an LFS file', async () => {
  const info = await hub.fileDownloadInfo({ ...as(tokens.accepted), path: 'onnx/model.onnx' });
  assert.equal(info.size, sample(GATED, 'onnx/model.onnx').length);
  assert.match(info.etag, /^"[0-9a-f]{64}"$/);
  assert.equal(info.xet, undefined);
});
check('fileDownloadInfo knows size and blob id of a plain file', async () => {
  const info = await hub.fileDownloadInfo({ ...as(tokens.accepted), path: 'config.json' });
  assert.equal(info.size, sample(GATED, 'config.json').length);
  assert.match(info.etag, /^"[0-9a-f]{40}"$/);
});
check('parseSafetensorsMetadata reads the header by range', async () => {
  const { parameterCount } = await hub.parseSafetensorsMetadata({ ...as(tokens.accepted), computeParametersCount: true });
  assert.deepEqual(parameterCount, { F32: 20354 });
});
check('snapshotDownload writes every file of a model', async () => {
  const folder = await hub.snapshotDownload({ ...as(tokens.accepted), cacheDir: freshFolder() });
  for (const file of ['README.md', 'config.json', 'tokenizer.json', 'model.safetensors', 'onnx/model.onnx', 'tiny.gguf'])
    assert.deepEqual(fs.readFileSync(path.join(folder, file)), sample(GATED, file), file);
});
check('snapshotDownload writes every file of a dataset', async () => {
  const folder = await hub.snapshotDownload({ ...as(tokens.accepted, DATASET), cacheDir: freshFolder() });
  assert.deepEqual(fs.readFileSync(path.join(folder, 'data/train.parquet')), sample(DATASET, 'data/train.parquet'));
});
check('pathsInfo answers in the order asked and leaves unknown paths out', async () => {
  const found = await hub.pathsInfo({ ...as(tokens.accepted), paths: ['tiny.gguf', 'no-such-file', 'onnx', 'config.json'], expand: true });
  assert.deepEqual(found.map(({ path, type }) => [path, type]), [['tiny.gguf', 'file'], ['onnx', 'directory'], ['config.json', 'file']]);
  assert.match(found[0].lastCommit.id, /^[0-9a-f]{40}$/);
});
check('checkRepoAccess passes on what may be seen', async () => {
  await hub.checkRepoAccess(anonymous(GATED));
  await hub.checkRepoAccess(as(tokens.owner, PRIVATE));
});
check('repoExists tells a repository from none', async () => {
  assert.equal(await hub.repoExists(anonymous(GATED)), true);
  assert.equal(await hub.repoExists(as(tokens.stranger, 'acme/no-such-model')), false);
  assert.equal(await hub.repoExists(as(tokens.stranger, PRIVATE)), false);
  assert.equal(await hub.repoExists(as(tokens.owner, PRIVATE)), true);
});
check('fileExists tells a file from none', async () => {
  assert.equal(await hub.fileExists({ ...as(tokens.accepted), path: 'onnx/model.onnx' }), true);
  assert.equal(await hub.fileExists({ ...as(tokens.accepted), path: 'onnx/other.onnx' }), false);
});
check('whoAmI names the person and the role of the token', async () => {
  const me = await hub.whoAmI({ hubUrl: base, accessToken: tokens.owner });
  assert.deepEqual([me.type, me.name, me.auth.type, me.auth.accessToken.role], ['user', 'author', 'access_token', 'write']);
  assert.ok(me.orgs.some(({ name }) => name === 'acme'));
  assert.equal((await hub.whoAmI({ hubUrl: base, accessToken: tokens.accepted })).auth.accessToken.role, 'read');
});
check('listCommits and countCommits agree', async () => {
  const commits = await collect(hub.listCommits(anonymous(GATED)));
  assert.ok(commits.length >= 1);
  for (const { oid, title, date } of commits) assert.ok(/^[0-9a-f]{40}$/.test(oid) && title && !Number.isNaN(date.getTime()));
  assert.equal(await hub.countCommits(anonymous(GATED)), commits.length);
});
