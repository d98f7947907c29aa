export { type Entry, fuzz, type Summary } from './fuzz.js';
export { type ByteCorpus, mutatedBytes, mutatedText, type TextCorpus } from './mutations/text.js';
export { mutatedValue, type ValueCorpus } from './mutations/value.js';
