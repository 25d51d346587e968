// A Parquet file with one row group, plain encoding and no compression
// (https://github.com/apache/parquet-format; the metadata is Thrift's compact protocol).

const TYPE = { int32: 1, string: 6 };
const UTF8 = 0;
const REQUIRED = 0;
const PLAIN = 0;
const RLE = 3;
const MAGIC = Buffer.from('PAR1');

const THRIFT = { i32: 5, i64: 6, binary: 8, list: 9, struct: 12 };

function unsigned(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Buffer.from([...bytes, value]);
}

const zigzag = (value) => unsigned(value * 2); // nothing here is negative
const i32 = (value) => ({ type: THRIFT.i32, bytes: zigzag(value) });
const i64 = (value) => ({ type: THRIFT.i64, bytes: zigzag(value) });
const text = (value) => ({ type: THRIFT.binary, bytes: Buffer.concat([unsigned(Buffer.byteLength(value)), Buffer.from(value)]) });

function list(items) {
  const { type } = items[0];
  const head = items.length < 15 ? Buffer.from([(items.length << 4) | type]) : Buffer.concat([Buffer.from([0xf0 | type]), unsigned(items.length)]);
  return { type: THRIFT.list, bytes: Buffer.concat([head, ...items.map((item) => item.bytes)]) };
}

/** Field ids in ascending order; each is stored as its distance from the one before. */
function struct(fields) {
  let last = 0;
  const parts = Object.entries(fields).map(([id, value]) => {
    const head = Buffer.from([((id - last) << 4) | value.type]);
    last = Number(id);
    return Buffer.concat([head, value.bytes]);
  });
  return { type: THRIFT.struct, bytes: Buffer.concat([...parts, Buffer.from([0])]) };
}

function plainValue(type, value) {
  const content = type === TYPE.string ? Buffer.from(value) : Buffer.alloc(0);
  const bytes = Buffer.alloc(4 + content.length);
  bytes.writeInt32LE(type === TYPE.string ? content.length : value);
  content.copy(bytes, 4);
  return bytes;
}

function pageOf(type, values) {
  const data = Buffer.concat(values.map((value) => plainValue(type, value)));
  const header = struct({
    1: i32(0),
    2: i32(data.length),
    3: i32(data.length),
    5: struct({ 1: i32(values.length), 2: i32(PLAIN), 3: i32(RLE), 4: i32(RLE) }),
  });
  return Buffer.concat([header.bytes, data]);
}

/** Rows are objects with the columns of the first row, each a string or a small whole number in every row. */
export function writeParquet(rows) {
  const pages = [];
  const chunks = [];
  const schema = [struct({ 4: text('schema'), 5: i32(Object.keys(rows[0]).length) })];
  let offset = MAGIC.length;
  for (const [name, sample] of Object.entries(rows[0])) {
    const type = typeof sample === 'string' ? TYPE.string : TYPE.int32;
    const page = pageOf(type, rows.map((row) => row[name]));
    schema.push(struct({ 1: i32(type), 3: i32(REQUIRED), 4: text(name), ...(type === TYPE.string && { 6: i32(UTF8) }) }));
    const metadata = struct({
      1: i32(type), 2: list([i32(PLAIN), i32(RLE)]), 3: list([text(name)]), 4: i32(0), 5: i64(rows.length),
      6: i64(page.length), 7: i64(page.length), 9: i64(offset),
    });
    chunks.push(struct({ 2: i64(offset), 3: metadata }));
    pages.push(page);
    offset += page.length;
  }

  const rowGroup = struct({ 1: list(chunks), 2: i64(offset - MAGIC.length), 3: i64(rows.length) });
  const footer = struct({ 1: i32(1), 2: list(schema), 3: i64(rows.length), 4: list([rowGroup]), 6: text('repohost sample generator') }).bytes;
  const footerLength = Buffer.alloc(4);
  footerLength.writeUInt32LE(footer.length);
  return Buffer.concat([MAGIC, ...pages, footer, footerLength, MAGIC]);
}
