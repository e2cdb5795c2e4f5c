// Reads raw values (numbers, texts, true and false, null) as numbers, moments or words, as engine/training/parse.py does.

import { trimmed } from "./text.js";

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const NO_NUMBER = /^[+-]?(inf|infinity|nan)$/i;
const DIGIT = /\p{Nd}/u;
const TRUTH = { true: "true", 1: "true", false: "false", 0: "false" };
const DAY = /^(?:(\d{4})-(\d\d)-(\d\d)|(\d{4})(\d\d)(\d\d)|(\d{4})-?W(\d\d)(?:-?(\d))?)$/;
const CLOCK = /^(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?$|^(\d\d)(\d\d)(?:(\d\d)(?:[.,](\d+))?)?$/;

/** A value that cannot be used: says row (from 1), column and what is wrong. */
export class CellError extends Error {}

export const isMissing = (value) =>
  value === null || value === undefined || (typeof value === "string" ? trimmed(value) === "" : value !== value);

/** Text as Python writes it; a whole number has no decimals. */
export function written(value) {
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "number" ? plain(value) : String(value);
}

/** n numbers, NaN where missing, infinite or one of `blanks`. */
export function numbers(values, name, blanks = []) {
  return each(values, name, "a number", (value) => {
    const found = number(value);
    if (found === null) return null;
    return Number.isFinite(found) && !blanks.includes(found) ? found : NaN;
  });
}

/** n moments in seconds since 1970 (UTC), NaN where missing. */
export const instants = (values, name) => each(values, name, "a date such as 2024-12-31 or 2024-12-31T23:59", instant);

/** One word or null per value, under the reading "text", "number" or "boolean". */
export const words = (values, reading) => values.map((value) => word(value, reading));

function each(values, name, wanted, read) {
  return values.map((value, row) => {
    const found = isMissing(value) ? NaN : read(value);
    if (found === null) {
      const shown = String(value).length <= 40 ? String(value) : `${String(value).slice(0, 37)}...`;
      throw new CellError(`row ${row + 1}, column '${name}': '${shown}' is not ${wanted}.`);
    }
    return found;
  });
}

function word(value, reading) {
  if (isMissing(value)) return null;
  if (typeof value === "string") {
    const text = trimmed(value);
    if (reading === "boolean") return TRUTH[text.toLowerCase()] ?? text;
    const found = reading === "number" ? number(text) : null;
    return found === null ? text : plain(found);
  }
  if (typeof value === "boolean") return reading === "number" ? (value ? "1" : "0") : String(value);
  const text = plain(value);
  return reading === "boolean" ? (TRUTH[text] ?? text) : text;
}

// null for what is none, as the text "nan" is one.
function number(value) {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "string") return null;
  const text = westernDigits(trimmed(value));
  if (NUMBER.test(text)) return Number(text);
  if (!NO_NUMBER.test(text)) return null;
  return /n$/i.test(text) ? NaN : text.startsWith("-") ? -Infinity : Infinity;
}

function westernDigits(text) {
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  return text.replace(/\p{Nd}/gu, (digit) => {
    // Digits of a script stand in a row from 0 to 9.
    let before = digit.codePointAt(0);
    while (DIGIT.test(String.fromCodePoint(before - 1))) before -= 1;
    return String((digit.codePointAt(0) - before) % 10);
  });
}

function plain(value) {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 53) return String(value === 0 ? 0 : value);
  if (!Number.isFinite(value)) return value !== value ? "nan" : value > 0 ? "inf" : "-inf";
  const [digits, power] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    return `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  return exponent < -6 || !String(value).includes("e") ? String(value) : fixed(digits, exponent);
}

function fixed(digits, exponent) {
  const sign = digits.startsWith("-") ? "-" : "";
  return `${sign}0.${"0".repeat(-exponent - 1)}${digits.replace(/[-.]/g, "")}`;
}

function instant(value) {
  if (typeof value !== "string") return null;
  const text = trimmed(value);
  if (text.length < 7 || /[^\x00-\x7f]/.test(text.slice(0, 7))) return null;
  const end = lengthOfDay(text);
  const day = secondsOfDay(text.slice(0, end));
  if (day === null || text.length <= end) return day;
  const rest = [...text.slice(end)].slice(1).join("");
  const sign = rest.search(/[+\-Z]/);
  const clock = secondsOfClock(sign < 0 ? rest : rest.slice(0, sign));
  if (clock === null || sign < 0) return clock === null ? null : day + clock;
  const zone = rest.slice(sign + 1);
  if (rest[sign] === "Z") return zone === "" ? day + clock : null;
  const away = secondsOfClock(zone);
  if (away === null || away >= 86400) return null;
  return day + clock - (rest[sign] === "-" ? -away : away);
}

function lengthOfDay(text) {
  if (text.length === 7) return 7;
  if (text[4] === "-") {
    if (text[5] !== "W") return 10;
    if (text[8] !== "-") return 8;
    return /\d/.test(text[10] ?? "") ? 8 : 10;
  }
  if (text[4] !== "W") return 8;
  const digits = /^\d*/.exec(text.slice(7))[0].length + 7;
  return digits < 9 ? digits : digits % 2 === 0 ? 7 : 8;
}

function secondsOfDay(text) {
  const found = DAY.exec(text);
  if (!found) return null;
  if (found[7] !== undefined) return ofWeek(Number(found[7]), Number(found[8]), Number(found[9] ?? 1));
  const [year, month, day] = (found[1] === undefined ? found.slice(4, 7) : found.slice(1, 4)).map(Number);
  const made = midnight(year, month - 1, day);
  const right = year >= 1 && month >= 1 && month <= 12 && day >= 1 && made.getUTCDate() === day;
  return right ? made.getTime() / 1000 : null;
}

function midnight(year, month, day) {
  const made = new Date(0);
  made.setUTCFullYear(year, month, day);
  return made;
}

function ofWeek(year, week, day) {
  const first = midnight(year, 0, 4);
  const monday = 4 - ((first.getUTCDay() + 6) % 7);
  const start = new Date(midnight(year, 0, 1)).getUTCDay();
  const leap = midnight(year, 1, 29).getUTCDate() === 29;
  const weeks = start === 4 || (leap && start === 3) ? 53 : 52;
  if (year < 1 || week < 1 || week > weeks || day < 1 || day > 7) return null;
  const found = midnight(year, 0, monday + 7 * (week - 1) + day - 1);
  return found.getUTCFullYear() < 1 || found.getUTCFullYear() > 9999 ? null : found.getTime() / 1000;
}

function secondsOfClock(text) {
  const found = CLOCK.exec(text);
  if (!found) return null;
  const [hour, minute, second, part] = found[1] === undefined ? found.slice(5, 9) : found.slice(1, 5);
  if (Number(hour) > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 59) return null;
  const micro = Number((part ?? "").slice(0, 6).padEnd(6, "0"));
  return 3600 * Number(hour) + 60 * Number(minute ?? 0) + Number(second ?? 0) + micro / 1e6;
}
