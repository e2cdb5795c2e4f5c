// What the JavaScript interpreter of targets says of a network's outputs.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, given, out] = process.argv.slice(2);
const { answers } = await import(pathToFileURL(`${folder}/answer.js`));
const said = JSON.parse(readFileSync(given, "utf8")).map(({ target, meta, outputs }) =>
  answers(target, meta, Float32Array.from(outputs.flat()), outputs.length));
writeFileSync(out, JSON.stringify(said));
