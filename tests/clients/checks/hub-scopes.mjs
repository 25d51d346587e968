// @huggingface/hub with fine-grained tokens: what each may, and the sentence that names what it lacks.

import crypto from 'node:crypto';
import * as hub from '@huggingface/hub';
import { assert, AUTO, base, bytes, check, DATASET, freshFolder, GATED, LARGE, OPEN, PRIVATE, refused, sample, scoped, tokens } from '../checks.mjs';

const run = crypto.randomUUID().slice(0, 8);
const as = (accessToken, repo) => ({ hubUrl: base, repo, accessToken });
const download = async (accessToken, repo, path = 'config.json') => bytes(await hub.downloadFile({ ...as(accessToken, repo), path }));
const upload = (accessToken, repo, path, content = path) => hub.uploadFile({ ...as(accessToken, repo), file: { path, content: new Blob([content]) } });
const lacks = (right, at) => `This fine-grained token lacks the right '${right}' on ${at}. Change it at ${base}/settings/tokens.`;
const { repo: ONE, tokens: by } = scoped;
const NO_GATED = 'Please enable access to public gated repositories in your fine-grained token settings to view this repository.';

check('read on one repository downloads it, large files too', async () => {
  assert.deepEqual(await download(by.readsGatedOne, GATED), sample(GATED, 'config.json'));
  assert.deepEqual(await download(by.readsGatedOne, GATED, 'model.safetensors'), sample(GATED, 'model.safetensors'));
  assert.ok(await hub.snapshotDownload({ ...as(by.readsGatedOne, GATED), cacheDir: freshFolder() }));
  assert.deepEqual(await download(by.readsPrivateOne, PRIVATE), sample(OPEN, 'config.json'));
});
check('read on one repository opens no other that its person may read', async () => {
  await refused(() => download(by.readsGatedOne, LARGE, 'weights.bin'), 403, NO_GATED);
  await refused(() => download(by.readsGatedOne, DATASET, 'data/train.parquet'), 403, NO_GATED);
  await refused(() => hub.snapshotDownload({ ...as(by.readsPrivateOne, GATED), cacheDir: freshFolder() }), 403, NO_GATED);
  // Of private ones it does not even hear that they are there.
  await refused(() => hub.checkRepoAccess(as(by.writesOne, PRIVATE)), 404, 'Repository not found');
});
check('what is public and open is read by every token', async () => {
  for (const token of Object.values(by)) assert.deepEqual(await download(token, OPEN), sample(OPEN, 'config.json'));
});
check('without read on a private repository the refusal names the right', async () => {
  await refused(() => download(by.settingsOfPrivateOne, PRIVATE), 403, lacks('Read', PRIVATE));
  assert.ok(await hub.repoExists(as(by.settingsOfPrivateOne, PRIVATE)));
});
check('read alone writes nothing and the refusal names the right', async () => {
  await refused(() => upload(by.readsPrivateOne, PRIVATE, 'new.txt'), 403, lacks('Write', PRIVATE));
  await refused(() => upload(by.readsPrivateOne, PRIVATE, 'new.bin', crypto.randomBytes(50_000)), 403, lacks('Write', PRIVATE));
  await refused(() => hub.createBranch({ ...as(by.readsPrivateOne, PRIVATE), branch: 'side' }), 403, lacks('Write', PRIVATE));
  // Also a pull request, which is open to whoever can read.
  await refused(() => hub.uploadFile({ ...as(by.readsGatedOne, GATED), file: { path: 'new.txt', content: new Blob(['x']) }, isPullRequest: true }), 403, lacks('Write', GATED));
});
check('write commits files of all sizes and makes branches', async () => {
  const content = crypto.randomBytes(300_000);
  await upload(by.writesOne, ONE, `${run}.txt`, 'small\n');
  await upload(by.writesOne, ONE, `${run}.bin`, content);
  await hub.createBranch({ ...as(by.writesOne, ONE), branch: `side-${run}` });
  assert.equal((await download(tokens.owner, ONE, `${run}.txt`)).toString(), 'small\n');
  assert.deepEqual(await download(tokens.owner, ONE, `${run}.bin`), content);
});
check('write does not include read', () => refused(() => download(by.writesOne, ONE), 403, lacks('Read', ONE)));
check('write on one repository neither deletes it nor makes another nor writes elsewhere', async () => {
  await refused(() => hub.deleteRepo(as(by.writesOne, ONE)), 403, lacks('Settings', ONE));
  await refused(() => hub.createRepo(as(by.writesOne, `acme/scoped-${run}`)), 403, lacks('Write', 'acme'));
  await refused(() => upload(by.writesOne, OPEN, 'new.txt'), 403, lacks('Write', OPEN));
});
check('write in a namespace makes repositories there and fills them', async () => {
  const repo = `acme/scoped-${run}`;
  await hub.createRepo({ ...as(by.writesNamespace, repo), visibility: 'private' });
  await upload(by.writesNamespace, repo, 'notes.txt', 'hello');
  assert.equal((await download(by.writesNamespace, repo, 'notes.txt')).toString(), 'hello');
  await refused(() => hub.deleteRepo(as(by.writesNamespace, repo)), 403, lacks('Settings', repo));
  await refused(() => hub.createRepo(as(by.writesNamespace, `author/scoped-${run}`)), 403, lacks('Write', 'author'));
});
check('without the right to read gated repositories a person with access is refused', async () => {
  await refused(() => download(by.nothing, GATED), 403, NO_GATED);
  await refused(() => download(by.nothing, GATED, 'model.safetensors'), 403, NO_GATED);
});
check('with the right to read gated repositories all that its person may read opens, and no more', async () => {
  assert.deepEqual(await download(by.readsGated, GATED, 'model.safetensors'), sample(GATED, 'model.safetensors'));
  assert.deepEqual(await download(by.readsGated, DATASET, 'data/train.parquet'), sample(DATASET, 'data/train.parquet'));
  await refused(() => download(by.readsGated, AUTO), 403, `Visit ${base}/${AUTO} to ask for access.`);
  await refused(() => upload(by.readsGated, GATED, 'new.txt'), 403, 'You have read access but not the required permissions for this operation');
});
check('whoAmI names the kind of token', async () => {
  const me = await hub.whoAmI({ hubUrl: base, accessToken: by.readsGated });
  assert.deepEqual([me.name, me.auth.accessToken.role], ['dana', 'fineGrained']);
});
