// Numbers and texts as people read them.

const whole = new Intl.NumberFormat('en');
const fine = new Intl.NumberFormat('en', { maximumFractionDigits: 1, minimumFractionDigits: 1 });

/** `1,204` */
export const count = (value: number): string => whole.format(value);
/** `12.3/s` */
export const rate = (value: number): string => `${fine.format(value)}/s`;
/** `19.8 %` */
export const percent = (part: number, total: number): string => (total > 0 ? `${fine.format((100 * part) / total)} %` : '–');
/** `≤ 25 ms`: the proxies count in buckets. */
export const within = (milliseconds: number | undefined): string => (milliseconds === undefined ? '–' : `≤ ${count(milliseconds)} ms`);
/** `3.4 ms` */
export const duration = (milliseconds: number): string =>
  `${milliseconds < 10 ? fine.format(milliseconds) : count(Math.round(milliseconds))} ms`;
/** `3 requests` */
export const some = (value: number, one: string, many = `${one}s`): string => `${count(value)} ${value === 1 ? one : many}`;
/** `14:05:09` */
export const clock = (time: string | number): string => new Date(time).toLocaleTimeString('en-GB');

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a text of a log may contain and must not do
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
/** A text of a log or of a cluster: what would be invisible, or would turn the direction of the text, is written out. */
export const visible = (text: string): string =>
  text.replace(CONTROL, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
