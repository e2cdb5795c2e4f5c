// Cuts a text into tokens and terms, character for character as engine/text/tokens.py does.

const UNSPACED =
  "\\u{e00}-\\u{eff}\\u{f00}-\\u{fff}\\u{1000}-\\u{109f}\\u{1100}-\\u{11ff}\\u{1780}-\\u{17ff}\\u{3005}-\\u{3007}" +
  "\\u{3040}-\\u{30ff}\\u{3130}-\\u{318f}\\u{31f0}-\\u{31ff}\\u{3400}-\\u{4dbf}\\u{4e00}-\\u{9fff}" +
  "\\u{a960}-\\u{a97f}\\u{ac00}-\\u{d7ff}\\u{f900}-\\u{faff}\\u{20000}-\\u{3134f}";
const MARKS = "\\u{300}-\\u{36f}\\u{591}-\\u{5c7}\\u{610}-\\u{61a}\\u{64b}-\\u{65f}\\u{900}-\\u{dff}";
const LETTERS = "\\p{L}\\p{N}_";
// What Python calls white space; JavaScript's own class differs in seven characters.
const SPACE = "\\t-\\r\\u{1c}-\\u{20}\\u{85}\\u{a0}\\u{1680}\\u{2000}-\\u{200a}\\u{2028}\\u{2029}\\u{202f}\\u{205f}\\u{3000}";
const BLANK = "\u2581";

const WORDS = new RegExp(`[${LETTERS}${MARKS}]+|[^${LETTERS}${SPACE}]`, "gu");
const CHARACTERS = new RegExp(
  `[${UNSPACED}]|(?:(?![${UNSPACED}])[${LETTERS}${MARKS}])+|[${SPACE}]+|[^${LETTERS}${SPACE}]`, "gu");
const PLAIN_WORDS = new RegExp(`[${LETTERS}]+`, "gu");
const ENDS = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "gu");
const BLANKS = new RegExp(`^[${SPACE}]`, "u");
const CHEROKEE = /[\u13a0-\u13fd\uab70-\uabbf]/u;
const ASCII = /^[\x00-\x7f]*$/;

/** The text without white space at its ends. */
export const trimmed = (text) => text.replace(ENDS, "");

function folded(text) {
  let out = "";
  for (const letter of text) {
    if (letter === "\u0131") out += letter;
    else if (letter === "\u1e9e") out += "ss";
    else if (CHEROKEE.test(letter)) out += letter.toUpperCase();
    else out += letter.toUpperCase().toLowerCase();
  }
  return out;
}

/** Compatibility forms composed (NFKC), case folded, trimmed. */
export const normalised = (text) =>
  trimmed(ASCII.test(text) ? text.toLowerCase() : folded(text.normalize("NFKC")));

/** The tokens of a text in their order; `unit` is "word" or "character". */
export function tokens(text, unit) {
  const plain = normalised(text);
  if (unit === "word") return plain.match(WORDS) ?? [];
  return (plain.match(CHARACTERS) ?? []).map((token) => (BLANKS.test(token) ? BLANK : token));
}

/** The tokens, then every pair of neighbours. */
export function terms(text, unit) {
  const single = tokens(text, unit);
  return single.concat(single.slice(1).map((token, place) => `${single[place]} ${token}`));
}

/** The distinct words of a text, lower-cased. */
export const plainWords = (text) => new Set(text.toLowerCase().match(PLAIN_WORDS) ?? []);
