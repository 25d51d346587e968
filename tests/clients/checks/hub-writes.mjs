// @huggingface/hub, all that it writes: repositories, commits of every size, branches. Each check has a repository of its own.

import crypto from 'node:crypto';
import * as hub from '@huggingface/hub';
import { assert, base, bytes, check, collect, OPEN, refused, tokens } from '../checks.mjs';

const run = crypto.randomUUID().slice(0, 8);
let made = 0;
const as = (repo, accessToken = tokens.owner) => ({ hubUrl: base, repo, accessToken });
const blob = (content) => new Blob([content]);
const file = (path, content) => ({ path, content: blob(content) });

async function fresh(more = {}) {
  const repo = `acme/written-${run}-${++made}`;
  await hub.createRepo({ ...as(repo), ...more });
  return repo;
}

async function read(repo, path, revision = 'main') {
  const found = await hub.downloadFile({ ...as(repo), path, revision });
  return found && bytes(found);
}

check('createRepo makes a first commit with the default attributes', async () => {
  const repo = await fresh();
  assert.match((await read(repo, '.gitattributes')).toString(), /\*\.safetensors filter=lfs/);
  const [first] = await collect(hub.listCommits(as(repo)));
  assert.equal(first.title, 'initial commit');
});
check('createRepo answers with the address and the id', async () => {
  const repo = `acme/written-${run}-address`;
  const created = await hub.createRepo(as(repo));
  assert.equal(created.repoUrl, `${base}/${repo}`);
  assert.match(created.id, /^[0-9a-f]{24}$/);
});
check('createRepo takes files and a licence', async () => {
  const repo = await fresh({ files: [{ path: '.gitattributes', content: blob('*.html filter=lfs\n') }, { path: 'notes.txt', content: blob('hello') }] });
  assert.equal((await read(repo, '.gitattributes')).toString(), '*.html filter=lfs\n');
  assert.equal((await read(repo, 'notes.txt')).toString(), 'hello');
  const licensed = await fresh({ license: 'mit' });
  assert.equal((await hub.modelInfo({ hubUrl: base, name: licensed, accessToken: tokens.owner, additionalFields: ['cardData'] })).cardData.license, 'mit');
});
check('createRepo a second time is 409', async () => {
  const repo = await fresh();
  await refused(() => hub.createRepo(as(repo)), 409, 'You already created this model repo');
});
check('createRepo makes datasets and spaces too', async () => {
  for (const type of ['dataset', 'space']) {
    const repo = { type, name: `acme/written-${run}-${type}` };
    const { repoUrl } = await hub.createRepo(as(repo));
    assert.equal(repoUrl, `${base}/${type}s/${repo.name}`);
    assert.ok(await hub.repoExists(as(repo)));
  }
});
check('createRepo private is hidden from others', async () => {
  const repo = await fresh({ visibility: 'private' });
  assert.equal(await hub.repoExists(as(repo)), true);
  assert.equal(await hub.repoExists(as(repo, tokens.stranger)), false);
});
check('createRepo in a namespace of others is refused', () => refused(() => hub.createRepo(as(`acme/stolen-${run}`, tokens.stranger)), 403));
check('uploadFile writes a small file', async () => {
  const repo = await fresh();
  const { commit } = await hub.uploadFile({ ...as(repo), file: file('sub/ü b.txt', 'small\n') });
  assert.equal(commit.url, `${base}/${repo}/commit/${commit.oid}`);
  assert.equal((await read(repo, 'sub/ü b.txt')).toString(), 'small\n');
});
check('uploadFile writes an LFS file, and the same again uploads nothing', async () => {
  const repo = await fresh();
  const content = crypto.randomBytes(300_000);
  await hub.uploadFile({ ...as(repo), file: file('model.safetensors', content) });
  assert.deepEqual(await read(repo, 'model.safetensors'), content);
  const [entry] = (await collect(hub.listFiles(as(repo)))).filter(({ path }) => path === 'model.safetensors');
  assert.equal(entry.lfs.oid, crypto.createHash('sha256').update(content).digest('hex'));

  const asked = [];
  await hub.uploadFile({ ...as(repo), file: file('copy.safetensors', content), fetch: (url, init) => (asked.push(init?.method), fetch(url, init)) });
  assert.ok(!asked.includes('PUT'), 'an object that the repository has was uploaded again');
  assert.deepEqual(await read(repo, 'copy.safetensors'), content);
});
check('uploadFile writes a large LFS file in parts', async () => {
  const repo = await fresh();
  const content = crypto.randomBytes(7_654_321);
  const puts = [];
  await hub.uploadFile({ ...as(repo), file: file('large.bin', content), fetch: (url, init) => (init?.method === 'PUT' && puts.push(String(url)), fetch(url, init)) });
  assert.equal(puts.length, 4);
  assert.deepEqual(await read(repo, 'large.bin'), content);
});
check('uploadFiles writes many files of all kinds at once', async () => {
  const repo = await fresh();
  const files = Array.from({ length: 60 }, (_, i) => file(`data/${i}.${i % 10 === 0 ? 'bin' : 'txt'}`, `content ${i}\n`));
  files.push(file('empty.txt', ''), file('README.md', '---\nlicense: mit\n---\n# Many\n'));
  await hub.uploadFiles({ ...as(repo), files });
  const listed = await collect(hub.listFiles({ ...as(repo), recursive: true }));
  assert.equal(listed.filter(({ type }) => type === 'file').length, 63);
  assert.equal((await read(repo, 'data/40.bin')).toString(), 'content 40\n');
  assert.equal((await collect(hub.listCommits(as(repo)))).length, 2);
});
check('commit adds and deletes in one go', async () => {
  const repo = await fresh();
  await hub.uploadFile({ ...as(repo), file: file('old.txt', 'old') });
  await hub.commit({ ...as(repo), title: 'swap', description: 'both', operations: [{ operation: 'addOrUpdate', path: 'new.txt', content: blob('new') }, { operation: 'delete', path: 'old.txt' }] });
  assert.equal(await read(repo, 'old.txt'), null);
  assert.equal((await read(repo, 'new.txt')).toString(), 'new');
  const [last] = await collect(hub.listCommits(as(repo)));
  assert.deepEqual([last.title, last.message.trim()], ['swap', 'both']);
});
check('commit on a parent that is no longer the tip is 412', async () => {
  const repo = await fresh();
  const { commit } = await hub.uploadFile({ ...as(repo), file: file('a.txt', '1') });
  await hub.uploadFile({ ...as(repo), file: file('a.txt', '2'), parentCommit: commit.oid });
  await refused(() => hub.uploadFile({ ...as(repo), file: file('a.txt', '3'), parentCommit: commit.oid }), 412, 'A commit has happened since. Please refresh and try again.');
  assert.equal((await read(repo, 'a.txt')).toString(), '2');
});
check('deleteFile and deleteFiles remove files', async () => {
  const repo = await fresh();
  await hub.uploadFiles({ ...as(repo), files: [file('a', '1'), file('b', '2'), file('c', '3')] });
  await hub.deleteFile({ ...as(repo), path: 'a' });
  await hub.deleteFiles({ ...as(repo), paths: ['b', 'c'] });
  assert.deepEqual((await collect(hub.listFiles(as(repo)))).map(({ path }) => path), ['.gitattributes']);
});
check('a pull request can be made, listed and read', async () => {
  const repo = await fresh();
  const { pullRequestUrl } = await hub.uploadFile({ ...as(repo), file: file('proposed.txt', 'please'), isPullRequest: true });
  assert.equal(pullRequestUrl, `${base}/${repo}/discussions/1`);
  const listed = await fetch(`${base}/api/models/${repo}/refs?include_prs=1`, { headers: { authorization: `Bearer ${tokens.owner}` } });
  assert.equal(listed.status, 200);
  const { pullRequests } = await listed.json();
  assert.deepEqual(pullRequests.map(({ name, ref }) => [name, ref]), [['1', 'refs/pr/1']]);
  const [proposed] = await collect(hub.listCommits({ ...as(repo), revision: 'refs/pr/1' }));
  assert.equal(pullRequests[0].targetCommit, proposed.oid);
  assert.equal((await read(repo, 'proposed.txt', 'refs/pr/1')).toString(), 'please');
  assert.equal(await read(repo, 'proposed.txt'), null);
});
check('whoever may read may propose, and nothing else', async () => {
  const repo = await fresh();
  await refused(() => hub.uploadFile({ ...as(repo, tokens.writer), file: file('x.txt', 'x') }), 403);
  await hub.uploadFile({ ...as(repo, tokens.writer), file: file('x.txt', 'x'), isPullRequest: true });
  assert.equal((await read(repo, 'x.txt', 'refs/pr/1')).toString(), 'x');
  await refused(() => hub.uploadFile({ ...as(OPEN, tokens.stranger), file: file('x.txt', 'x'), isPullRequest: true }), 403);
});
check('createBranch and deleteBranch', async () => {
  const repo = await fresh();
  await hub.uploadFile({ ...as(repo), file: file('a.txt', '1') });
  await hub.createBranch({ ...as(repo), branch: 'feature/x' });
  await hub.uploadFile({ ...as(repo), file: file('a.txt', '2'), branch: 'feature/x' });
  assert.equal((await read(repo, 'a.txt', 'feature/x')).toString(), '2');
  assert.equal((await read(repo, 'a.txt')).toString(), '1');
  await refused(() => hub.createBranch({ ...as(repo), branch: 'feature/x' }), 409, 'Reference refs/heads/feature/x already exists');
  await hub.deleteBranch({ ...as(repo), branch: 'feature/x' });
  await refused(() => hub.deleteBranch({ ...as(repo), branch: 'main' }), undefined, 'Cannot delete refs/heads/main');
});
check('a card that can not be read is refused with its line', async () => {
  const repo = await fresh();
  await refused(() => hub.uploadFile({ ...as(repo), file: file('README.md', '---\ngated: [manual\n---\n') }), 400, 'README.md', 'line');
  assert.equal(await read(repo, 'README.md'), null);
});
check('a card that gates holds for the next download', async () => {
  const repo = await fresh({ files: [{ path: 'config.json', content: blob('{}') }] });
  assert.ok(await hub.downloadFile({ ...as(repo, tokens.stranger), path: 'config.json' }));
  await hub.uploadFile({ ...as(repo), file: file('README.md', '---\ngated: manual\n---\n') });
  await refused(() => hub.downloadFile({ ...as(repo, tokens.stranger), path: 'config.json' }), 403, 'you are not in the authorized list');
});
check('deleteRepo removes it for everybody', async () => {
  const repo = await fresh();
  await refused(() => hub.deleteRepo(as(repo, tokens.writer)), 403);
  await hub.deleteRepo(as(repo));
  assert.equal(await hub.repoExists(as(repo)), false);
});
