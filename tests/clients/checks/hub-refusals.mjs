// @huggingface/hub: everything that is refused, and the sentence the person gets to read.

import * as hub from '@huggingface/hub';
import { assert, AUTO, base, check, collect, DATASET, freshFolder, GATED, LARGE, OPEN, PRIVATE, refused, rejectionReason, restricted, tokens } from '../checks.mjs';

const as = (accessToken, repo = GATED) => ({ hubUrl: base, repo, ...(accessToken && { accessToken }) });
const download = (accessToken, repo, path = 'config.json') => () => hub.downloadFile({ ...as(accessToken, repo), path });
const NOT_LISTED = 'is restricted and you are not in the authorized list';
const BAD_TOKEN = 'hf_notATokenOfThisServerAndLongEnoughToLookLikeOne1234567890';

check('a stranger gets 403 and the page where to ask', () =>
  refused(download(tokens.stranger), 403, `Access to model ${GATED} ${NOT_LISTED}. Visit ${base}/${GATED} to ask for access.`));
check('a stranger gets 403 on an automatic gate as well', () =>
  refused(download(tokens.stranger, AUTO), 403, `Visit ${base}/${AUTO} to ask for access.`));
check('a stranger gets 403 on a dataset and the page of the dataset', () =>
  refused(download(tokens.stranger, DATASET, 'data/train.parquet'), 403, `Access to dataset ${DATASET.name} ${NOT_LISTED}. Visit ${base}/datasets/${DATASET.name}`));
check('a waiting person gets 403 and reads that the request is waiting', () =>
  refused(download(tokens.pending), 403, `Your request to access model ${GATED} is awaiting a review from the repo authors.`));
check('a rejected person gets 403 and the reason', () =>
  refused(download(tokens.rejected), 403, `Your request to access model ${GATED} has been rejected by the repo's authors.`, rejectionReason));
check('nobody gets 401 and is told to log in', () =>
  refused(download(), 401, `Access to model ${GATED} is restricted. You must have access to it and be authenticated to access it. Please log in.`));
check('an LFS file is refused like a plain one', async () => {
  await refused(download(tokens.stranger, GATED, 'model.safetensors'), 403, NOT_LISTED);
  await refused(download(undefined, GATED, 'model.safetensors'), 401, restricted('model', GATED));
});
check('the raw door is refused too, even for the card', async () => {
  await refused(() => hub.downloadFile({ ...as(tokens.stranger), path: 'README.md', raw: true }), 403, NOT_LISTED);
});
// Both ask by HEAD, whose answer has no body: one that calls itself JSON would end in "Unexpected end of JSON input".
check('fileExists by a stranger fails with 403', () =>
  refused(() => hub.fileExists({ ...as(tokens.stranger), path: 'config.json' }), 403, 'Api error with status 403'));
check('fileDownloadInfo tells a stranger neither size nor hash', () =>
  refused(() => hub.fileDownloadInfo({ ...as(tokens.stranger), path: 'model.safetensors' }), 403, NOT_LISTED));
check('a missing file of a gated model is refused, not missing', () =>
  refused(download(tokens.stranger, GATED, 'no-such-file'), 403, NOT_LISTED));
check('a missing branch of a gated model is refused, not missing', () =>
  refused(() => hub.downloadFile({ ...as(tokens.stranger), path: 'config.json', revision: 'no-such-branch' }), 403, NOT_LISTED));
check('snapshotDownload by a stranger fails with the reason', () =>
  refused(() => hub.snapshotDownload({ ...as(tokens.stranger), cacheDir: freshFolder() }), 403, NOT_LISTED));
check('parseSafetensorsMetadata by a stranger fails with 403', () =>
  refused(() => hub.parseSafetensorsMetadata(as(tokens.stranger)), 403, 'Api error with status 403'));
check('a large file is refused before a byte of it', () => refused(download(tokens.stranger, LARGE, 'weights.bin'), 403, `Visit ${base}/${LARGE}`));
check('a bad token is named as such, on an open model too', async () => {
  for (const repo of [GATED, OPEN]) await refused(download(BAD_TOKEN, repo), 401, 'Invalid credentials in Authorization header');
});
check('whoAmI with a bad token is 401', () => refused(() => hub.whoAmI({ hubUrl: base, accessToken: BAD_TOKEN }), 401));
check('a missing repository is 404 to a person and 401 to nobody', async () => {
  await refused(() => hub.checkRepoAccess(as(tokens.stranger, 'acme/no-such-model')), 404, 'Repository not found');
  await refused(() => hub.checkRepoAccess(as(undefined, 'acme/no-such-model')), 401, 'Invalid username or password.');
});
check('a private repository answers a stranger like one that is missing', async () => {
  const [hidden, missing] = await Promise.all([PRIVATE, 'acme/no-such-model'].map((repo) => refused(() => hub.checkRepoAccess(as(tokens.stranger, repo)), 404)));
  const text = (error, repo) => JSON.stringify(error.data).replaceAll(repo, '');
  assert.equal(text(hidden, PRIVATE), text(missing, 'acme/no-such-model'));
  await refused(download(tokens.stranger, PRIVATE), 404, 'Repository not found');
});
check('a missing revision is 404 to a person with access', () =>
  refused(() => hub.downloadFile({ ...as(tokens.accepted), path: 'config.json', revision: 'no-such-branch' }), 404, 'Revision not found'));
check('a missing folder is 404', () =>
  refused(() => collect(hub.listFiles({ ...as(tokens.accepted), path: 'no-such-folder' })), 404));
