import fc from 'fast-check';

export interface TextCorpus {
  /** Texts that the entry takes. */
  readonly corpus: readonly string[];
  /** Words that mean something to the entry. */
  readonly tokens: readonly string[];
  /** Characters that an input has at most; 16 KiB where unset. */
  readonly maxLength?: number;
}

type Edit = (text: string) => string;

const MAX_EDITS = 5;
const MAX_REPETITIONS = 300;
/** A place in a text, in parts of its length: it stays a place of a shorter text. */
const PLACES = 0xffff;

/** Texts of the corpus, each changed at up to five places: cut, repeated, joined with another, with words and random characters put in. */
export function mutatedText({ corpus, tokens, maxLength = 16 * 1024 }: TextCorpus): fc.Arbitrary<string> {
  const edits = fc.array(edit(corpus, tokens, maxLength), { maxLength: MAX_EDITS });
  return fc
    .tuple(fc.constantFrom(...corpus), edits)
    .map(([text, all]) => all.reduce((one, change) => change(one), text).slice(0, maxLength));
}

/** The same for bytes: each character of a text is one byte. */
export const mutatedBytes = ({ corpus, tokens, maxLength }: ByteCorpus): fc.Arbitrary<Buffer> =>
  mutatedText({
    corpus: corpus.map((bytes) => bytes.toString('latin1')),
    tokens: tokens.map((bytes) => bytes.toString('latin1')),
    ...(maxLength === undefined ? {} : { maxLength }),
  }).map((text) => Buffer.from(text, 'latin1'));

export interface ByteCorpus {
  readonly corpus: readonly Buffer[];
  readonly tokens: readonly Buffer[];
  /** Bytes that an input has at most; 16 KiB where unset. */
  readonly maxLength?: number;
}

function edit(corpus: readonly string[], tokens: readonly string[], maxLength: number): fc.Arbitrary<Edit> {
  const place = fc.nat(PLACES);
  const size = fc.integer({ min: 1, max: 64 });
  const put = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...tokens) },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }) },
    { weight: 1, arbitrary: fc.nat(0xff).map((code) => String.fromCharCode(code)) },
  );
  return fc.oneof(
    fc.tuple(place, put).map(
      ([at, what]): Edit =>
        (text) =>
          spliced(text, at, 0, what),
    ),
    fc.tuple(place, put).map(
      ([at, what]): Edit =>
        (text) =>
          spliced(text, at, what.length, what),
    ),
    fc.tuple(place, size).map(
      ([at, length]): Edit =>
        (text) =>
          spliced(text, at, length, ''),
    ),
    fc.tuple(place, put, fc.integer({ min: 2, max: MAX_REPETITIONS })).map(
      ([at, what, times]): Edit =>
        (text) =>
          spliced(text, at, 0, repeated(what, times, maxLength)),
    ),
    fc.tuple(place, size, fc.integer({ min: 2, max: MAX_REPETITIONS })).map(
      ([at, length, times]): Edit =>
        (text) => {
          const from = indexAt(text, at);
          return spliced(text, at, 0, repeated(text.slice(from, from + length), times, maxLength));
        },
    ),
    fc.tuple(place, fc.constantFrom(...corpus), place).map(
      ([at, other, from]): Edit =>
        (text) =>
          text.slice(0, indexAt(text, at)) + other.slice(indexAt(other, from)),
    ),
  );
}

const indexAt = (text: string, place: number): number => Math.floor((place / (PLACES + 1)) * (text.length + 1));

function spliced(text: string, place: number, length: number, what: string): string {
  const at = indexAt(text, place);
  return text.slice(0, at) + what + text.slice(at + length);
}

const repeated = (text: string, times: number, maxLength: number): string =>
  text.repeat(Math.min(times, Math.ceil(maxLength / Math.max(1, text.length))));
