// The words the sample model knows. A word's line number in vocab.txt is its token id, so the order is part of the model.

const words = (text) => text.trim().split(/\s+/);

export const POSITIVE_WORDS = words(`
  good great love loves loved like nice happy excellent wonderful amazing best brilliant fun beautiful perfect enjoy
  enjoyed superb fantastic`);

export const NEGATIVE_WORDS = words(`
  bad awful hate hates hated terrible sad poor horrible worst boring ugly broken useless disappointing annoying wrong
  fail failed nasty`);

const PLAIN_WORDS = words(`
  the a an and or but is are was were be it this that these those i you he she we they my your of to in on for with from
  at by as movie film book food day model file service work time very really so too just all some more most what when how
  who think feel seen made one two three`);

const PUNCTUATION = [...'!"#$%&\'()*+,-./:;<=>?@[]_'];
const LETTERS_AND_DIGITS = [...'abcdefghijklmnopqrstuvwxyz0123456789'];

export const SPECIAL_TOKENS = {
  unk_token: '[UNK]',
  sep_token: '[SEP]',
  pad_token: '[PAD]',
  cls_token: '[CLS]',
  mask_token: '[MASK]',
};

/** Single letters are there twice, as a word and as a `##` continuation, so that WordPiece can spell any unknown word. */
export const VOCABULARY = [
  '[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]',
  ...PUNCTUATION,
  ...LETTERS_AND_DIGITS,
  ...LETTERS_AND_DIGITS.map((letter) => `##${letter}`),
  ...[...PLAIN_WORDS, ...POSITIVE_WORDS, ...NEGATIVE_WORDS].filter((word) => word.length > 1),
];
