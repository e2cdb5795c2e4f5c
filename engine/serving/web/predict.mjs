// Predicts rows with node and TF.js: node predict.mjs rows.json (a list of objects by column); answers go to stdout.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { runInThisContext } from "node:vm";
import { answers } from "./prepare/answer.js";
import { reader } from "./prepare/prepare.js";

const beside = (name) => fileURLToPath(new URL(name, import.meta.url));
const read = (name) => JSON.parse(readFileSync(beside(name), "utf8"));

// TF.js looks for node's own parts by require, which a script has not by itself.
globalThis.require = createRequire(import.meta.url);
for (const name of ["tf-core.min.js", "tf-converter.min.js", "tf-backend-cpu.min.js"]) {
  runInThisContext(readFileSync(beside(`runtime/${name}`), "utf8"));
}
const tf = globalThis.tf;
await tf.setBackend("cpu");
const { modelTopology, signature, weightsManifest } = read("model.json");
const weights = readFileSync(beside("weights.bin"));
const weightData = weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.length);
const model = await tf.loadGraphModel({ load: async () => ({ modelTopology, signature, weightSpecs: weightsManifest[0].weights, weightData }) });

const rows = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { width, prepare } = reader(read("preprocess.json"));
const outputs = await model.predict(tf.tensor2d(prepare(rows), [rows.length, width])).data();
process.stdout.write(JSON.stringify(answers(read("target.json"), read("meta.json"), outputs, rows.length)));
