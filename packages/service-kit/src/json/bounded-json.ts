import { ProblemException } from '../http/problem.js';

/**
 * Levels of arrays and objects that JSON may have. Our documents have three; JSON.stringify and whatever else recurses overflows the
 * stack at some thousands, so a limit far below that keeps every later step safe.
 */
export const MAX_JSON_DEPTH = 64;

/** JSON with more levels than MAX_JSON_DEPTH: a 400 to the sender. */
export class JsonTooDeep extends ProblemException {
  constructor() {
    super(400, `the JSON is nested too deeply (limit ${MAX_JSON_DEPTH})`);
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]); // [ {
const CLOSING = new Set([0x5d, 0x7d]); // ] }

/** Checks the depth of a JSON text in linear time, before anything parses it. @throws JsonTooDeep */
export function requireShallow(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (OPENING.has(code) && ++depth > MAX_JSON_DEPTH) throw new JsonTooDeep();
    else if (CLOSING.has(code)) depth--;
  }
}

/** The end of the string that begins at `start`; the end of the text where it is never closed. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at;
  }
  return text.length;
}

/** Parses JSON of bounded depth; the caller bounds the bytes. @throws JsonTooDeep, SyntaxError */
export function parseJson(text: string): unknown {
  requireShallow(text);
  return JSON.parse(text);
}
