// Turns raw rows into the numbers a network takes, by the preparation in preprocess.json, as engine/training/apply.py does.

import { CellError, instants, isMissing, numbers, words, written } from "./cells.js";
import { plainWords, terms, tokens } from "./text.js";

const SCHEMA = 4;
const FAR = 1e6;
const PERIOD = { month: 12, weekday: 7, hour: 24 };

const missing = (encoder) => (encoder.missing ? [`${encoder.name} is missing`] : []);
const present = (encoder) => [...encoder.vocabulary.map((term) => `${encoder.name} has ${term}`), ...missing(encoder)];

/** The names of the numbers that an encoder makes. */
const FEATURES = {
  numeric: (encoder) => [encoder.name, ...(encoder.indicator ? [`${encoder.name} is missing`] : [])],
  onehot: (encoder) => [
    ...encoder.vocabulary.map((word) => `${encoder.name}=${word}`),
    ...missing(encoder),
    ...(encoder.other ? [`${encoder.name} is another value`] : []),
  ],
  category: (encoder) => [encoder.name],
  date: (encoder) => [
    encoder.name,
    ...(encoder.parts ?? []).flatMap((part) => [`${encoder.name} ${part} sine`, `${encoder.name} ${part} cosine`]),
    ...(encoder.indicator ? [`${encoder.name} is missing`] : []),
  ],
  words: present,
  bigrams: present,
  tokens: (encoder) => Array.from({ length: encoder.length }, (_, place) => `${encoder.name} token ${place + 1}`),
  drop: () => [],
};

/** A preparation ready for use: its raw `columns`, its `width`, and `prepare(rows)`. Throws for a newer one. */
export function reader(preparation) {
  const strange = preparation.encoders.some((encoder) => !(encoder.encoder in FEATURES));
  if (preparation.schema > SCHEMA || strange) {
    throw new Error(`preprocess.json is newer than this code (schema ${preparation.schema}): export the model again.`);
  }
  const derived = preparation.derived ?? [];
  const sources = new Map(derived.map((made) => [made.name, made.sources]));
  const used = preparation.encoders.filter((encoder) => encoder.encoder !== "drop");
  const columns = [...new Set(used.flatMap((encoder) => sources.get(encoder.name) ?? [encoder.name]))];
  const places = new Map();
  const starts = [];
  let width = 0;
  for (const encoder of used) {
    starts.push(width);
    for (const name of FEATURES[encoder.encoder](encoder)) places.set(name, width++);
  }
  const needed = derived.filter((made) => used.some((encoder) => encoder.name === made.name));

  /** The network's inputs of rows (objects by column): rows * width numbers. Throws CellError. */
  function prepare(rows) {
    const found = columnsIn(columns, rows);
    for (const made of needed) found.set(made.name, DERIVE[made.kind](made, found));
    const out = new Float32Array(rows.length * width);
    used.forEach((encoder, at) => {
      const put = (row, place, value) => (out[row * width + starts[at] + place] = value);
      ENCODE[encoder.encoder](encoder, found.get(encoder.name), put);
    });
    impute(preparation.imputers ?? [], used, found, out, width, places);
    return out;
  }
  return { columns, width, prepare };
}

function columnsIn(names, rows) {
  const found = new Map();
  for (const name of names) {
    const gap = rows.findIndex((row) => row[name] === undefined);
    if (gap >= 0) throw new CellError(`row ${gap + 1} has no column '${name}': give it, or null if it is unknown.`);
    found.set(name, rows.map((row) => row[name]));
  }
  return found;
}

// Each imputer looks at inputs that none has touched yet.
function impute(imputers, encoders, columns, out, width, places) {
  const said = imputers.map((imputer) => {
    const inputs = imputer.inputs.map((name) => places.get(name));
    const blanks = encoders.find((encoder) => encoder.name === imputer.name).blanks;
    return numbers(columns.get(imputer.name), imputer.name, blanks).map((value, row) => {
      if (!Number.isNaN(value)) return null;
      const guess = inputs.reduce((sum, input, at) => sum + out[row * width + input] * imputer.weights[at], 0);
      return Math.min(Math.max(imputer.intercept + guess, imputer.low), imputer.high);
    });
  });
  imputers.forEach((imputer, at) =>
    said[at].forEach((guess, row) => guess !== null && (out[row * width + places.get(imputer.name)] = guess)));
}

const kept = (value) => Math.min(Math.max(value, -FAR), FAR);
const modulo = (value, period) => ((value % period) + period) % period;

function looked(encoder, values, first, absent, unseen) {
  const table = new Map(encoder.vocabulary.map((word, index) => [word, index + first]));
  const merged = (encoder.merged ?? []).filter(([, whole]) => table.has(whole));
  for (const [word, number] of merged.map(([word, whole]) => [word, table.get(whole)])) table.set(word, number);
  return words(values, encoder.reading ?? "text").map((word) => (word === null ? absent : (table.get(word) ?? unseen)));
}

const ENCODE = {
  numeric(encoder, values, put) {
    numbers(values, encoder.name, encoder.blanks).forEach((found, row) => {
      const filled = Number.isNaN(found) ? encoder.fill : found;
      const bent = encoder.transform === "log" ? Math.sign(filled) * Math.log1p(Math.abs(filled)) : filled;
      put(row, 0, kept((bent - encoder.center) / encoder.scale));
      if (encoder.indicator) put(row, 1, Number(Number.isNaN(found)));
    });
  },
  onehot(encoder, values, put) {
    const size = encoder.vocabulary.length;
    const absent = encoder.missing ? size : -1;
    const unseen = encoder.other ? size + Number(encoder.missing ?? false) : -1;
    looked(encoder, values, 0, absent, unseen).forEach((place, row) => place >= 0 && put(row, place, 1));
  },
  category(encoder, values, put) {
    const absent = encoder.missing ? encoder.vocabulary.length + 1 : 0;
    looked(encoder, values, 1, absent, 0).forEach((id, row) => put(row, 0, id));
  },
  date(encoder, values, put) {
    const parts = encoder.parts ?? [];
    instants(values, encoder.name).forEach((found, row) => {
      const missing = Number.isNaN(found);
      const filled = missing ? encoder.fill : found;
      put(row, 0, kept((filled - encoder.center) / encoder.scale));
      parts.forEach((part, at) => {
        const angle = (2 * Math.PI * calendar(filled, part)) / PERIOD[part];
        put(row, 1 + 2 * at, missing ? 0 : Math.sin(angle));
        put(row, 2 + 2 * at, missing ? 0 : Math.cos(angle));
      });
      if (encoder.indicator) put(row, 1 + 2 * parts.length, Number(missing));
    });
  },
  words(encoder, values, put) {
    const table = new Map(encoder.vocabulary.map((word, place) => [word, place]));
    values.forEach((value, row) => {
      if (!isMissing(value)) for (const word of plainWords(written(value))) if (table.has(word)) put(row, table.get(word), 1);
      if (encoder.missing && isMissing(value)) put(row, table.size, 1);
    });
  },
  bigrams(encoder, values, put) {
    const table = new Map(encoder.vocabulary.map((term, place) => [term, place]));
    values.forEach((value, row) => {
      if (isMissing(value)) return encoder.missing ? put(row, table.size, 1) : undefined;
      const counts = new Map();
      for (const term of terms(written(value), encoder.unit ?? "word")) {
        if (table.has(term)) counts.set(table.get(term), (counts.get(table.get(term)) ?? 0) + 1);
      }
      const found = [...counts].map(([place, count]) => [place, (1 + Math.log(count)) * encoder.weights[place]]);
      const share = encoder.length / Math.sqrt(found.reduce((sum, [, each]) => sum + each * each, 0));
      for (const [place, each] of found) put(row, place, each * share);
    });
  },
  tokens(encoder, values, put) {
    const table = new Map(encoder.vocabulary.map((token, place) => [token, place + 2]));
    values.forEach((value, row) => {
      if (isMissing(value)) return;
      const found = tokens(written(value), encoder.unit ?? "word").slice(0, encoder.length);
      found.forEach((token, place) => put(row, place, table.get(token) ?? 1));
    });
  },
};

function calendar(seconds, part) {
  if (part === "hour") return modulo(seconds, 86400) / 3600;
  if (part === "weekday") return modulo(Math.floor(seconds / 86400) + 3, 7);
  return new Date(Math.floor(seconds) * 1000).getUTCMonth();
}

const finite = (value) => (Number.isFinite(value) ? value : NaN);

function numbersOf(derived, columns) {
  return derived.sources.map((name, place) => numbers(columns.get(name), name, derived.blanks?.[place]));
}

const pairs = (read, compute) => (derived, columns) => {
  const [one, other] = read(derived, columns);
  return one.map((value, row) => finite(compute(value, other[row])));
};
const moments = (derived, columns) => derived.sources.map((name) => instants(columns.get(name), name));
const ofMoment = (compute) => (derived, columns) =>
  moments(derived, columns)[0].map((seconds) => finite(compute(new Date(Math.floor(seconds) * 1000))));

const DERIVE = {
  ratio: pairs(numbersOf, (one, other) => (other === 0 ? NaN : one / other)),
  product: pairs(numbersOf, (one, other) => one * other),
  difference: pairs(numbersOf, (one, other) => one - other),
  days: pairs(moments, (one, other) => (one - other) / 86400),
  year: ofMoment((moment) => moment.getUTCFullYear()),
  day: ofMoment((moment) => moment.getUTCDate()),
  joined(derived, columns) {
    const read = derived.sources.map((name, place) => words(columns.get(name), derived.readings?.[place] ?? "text"));
    return read[0].map((_, row) => {
      const found = read.map((column) => column[row]);
      return found.includes(null) ? null : found.join(" & ");
    });
  },
};
