// Fonts draw nothing for these: space, controls, Unicode's default ignorable characters (zero-width characters, direction overrides, variation
// selectors, Hangul fillers, tags), annotation marks, the blank Braille pattern, the null notehead.
// https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
const VISIBLE = /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB\u2800\u{1D159}]/u;

/** Whether a reader sees anything of the text. */
export const hasVisibleCharacter = (text: string): boolean => VISIBLE.test(text);
