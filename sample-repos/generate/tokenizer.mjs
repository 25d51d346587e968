// config.json and the tokenizer's files, as transformers and transformers.js read them.

import { SPECIAL_TOKENS, VOCABULARY } from './vocabulary.mjs';
import { LABELS, SHAPE } from './weights.mjs';

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
const idOf = (token) => VOCABULARY.indexOf(token);

function config() {
  return {
    architectures: ['DistilBertForSequenceClassification'],
    model_type: 'distilbert',
    activation: 'gelu',
    attention_dropout: 0,
    dropout: 0,
    qa_dropout: 0,
    seq_classif_dropout: 0,
    dim: SHAPE.dim,
    hidden_dim: SHAPE.hidden,
    n_heads: SHAPE.heads,
    n_layers: SHAPE.layers,
    max_position_embeddings: SHAPE.positions,
    pad_token_id: idOf(SPECIAL_TOKENS.pad_token),
    sinusoidal_pos_embds: false,
    initializer_range: 0.02,
    vocab_size: VOCABULARY.length,
    id2label: Object.fromEntries(LABELS.map((label, id) => [id, label])),
    label2id: Object.fromEntries(LABELS.map((label, id) => [label, id])),
    torch_dtype: 'float32',
    transformers_version: '4.40.0',
  };
}

function tokenizer() {
  const special = (id, type_id = 0) => ({ SpecialToken: { id, type_id } });
  const sequence = (id, type_id) => ({ Sequence: { id, type_id } });
  const added = Object.values(SPECIAL_TOKENS)
    .map((content) => ({ id: idOf(content), content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }))
    .sort((a, b) => a.id - b.id);
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]'), sequence('A', 0), special('[SEP]')],
      pair: [special('[CLS]'), sequence('A', 0), special('[SEP]'), sequence('B', 1), special('[SEP]', 1)],
      special_tokens: Object.fromEntries(['[CLS]', '[SEP]'].map((token) => [token, { id: token, ids: [idOf(token)], tokens: [token] }])),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: SPECIAL_TOKENS.unk_token,
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(VOCABULARY.map((token, id) => [token, id])),
    },
  };
}

export function writeTextFiles() {
  return {
    'config.json': json(config()),
    'tokenizer.json': json(tokenizer()),
    'tokenizer_config.json': json({
      tokenizer_class: 'DistilBertTokenizer',
      do_lower_case: true,
      model_max_length: SHAPE.positions,
      clean_up_tokenization_spaces: true,
      ...SPECIAL_TOKENS,
    }),
    'special_tokens_map.json': json(SPECIAL_TOKENS),
    'vocab.txt': `${VOCABULARY.join('\n')}\n`,
  };
}
