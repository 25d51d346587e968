// @huggingface/transformers: from_pretrained and a real inference. A file in its cache is served to anyone without asking the
// server, and what it learned of a file it remembers for the life of the process: every check has a cache and a process of its own.

import { AutoConfig, AutoModelForSequenceClassification, AutoTokenizer, env, pipeline } from '@huggingface/transformers';
import { assert, AUTO, base, check, freshFolder, GATED, OPEN, refused, tokens } from '../checks.mjs';

export const everyCheckAlone = true;

env.remoteHost = `${base}/`;
env.allowLocalModels = false;

/** The library sends HF_TOKEN to huggingface.co only; another host gets it from a fetch of our own. */
function as(token) {
  env.cacheDir = freshFolder();
  env.fetch = (url, init = {}) => {
    const headers = new Headers(init.headers);
    if (token) headers.set('Authorization', `Bearer ${token}`);
    return fetch(url, { ...init, headers });
  };
}

const labels = (results) => results.map(({ label }) => label);
const SENTENCES = ['I love this wonderful film', 'the worst boring movie'];

check('a pipeline loads a gated model and infers', async () => {
  as(tokens.accepted);
  const classify = await pipeline('text-classification', GATED, { dtype: 'fp32' });
  const results = await classify(SENTENCES);
  assert.deepEqual(labels(results), ['POSITIVE', 'NEGATIVE']);
  assert.ok(results.every(({ score }) => score > 0.95), JSON.stringify(results));
});
check('a pipeline loads an open model without a token', async () => {
  as();
  const classify = await pipeline('text-classification', OPEN, { dtype: 'fp32' });
  assert.deepEqual(labels(await classify(SENTENCES)), ['POSITIVE', 'NEGATIVE']);
});
check('from_pretrained loads config, tokenizer and model by commit', async () => {
  as(tokens.accepted);
  const { sha } = await (await fetch(`${base}/api/models/${GATED}`)).json();
  const config = await AutoConfig.from_pretrained(GATED, { revision: sha });
  assert.equal(config.model_type, 'distilbert');
  const tokenizer = await AutoTokenizer.from_pretrained(GATED, { revision: sha });
  const model = await AutoModelForSequenceClassification.from_pretrained(GATED, { revision: sha, dtype: 'fp32' });
  const { logits } = await model(tokenizer('superb'));
  assert.ok(logits.data[1] > logits.data[0]);
});
check('a stranger is refused with 403 and the file is named', async () => {
  as(tokens.stranger);
  await refused(() => pipeline('text-classification', GATED, { dtype: 'fp32' }), 403, 'Forbidden access to file', `${base}/${GATED}/resolve/main/`);
});
check('a waiting person is refused with 403', async () => {
  as(tokens.pending);
  await refused(() => AutoTokenizer.from_pretrained(GATED), 403, 'Forbidden access to file');
});
check('nobody is refused with 401', async () => {
  as();
  await refused(() => AutoTokenizer.from_pretrained(GATED), 401, 'Unauthorized access to file');
});
check('an automatic gate refuses who has not agreed', async () => {
  as(tokens.stranger);
  await refused(() => AutoConfig.from_pretrained(AUTO), 403, 'Forbidden access to file');
});
check('a missing model is not found', async () => {
  as(tokens.accepted);
  await refused(() => AutoConfig.from_pretrained('acme/no-such-model'), 404, 'Could not locate file');
});
