// Runs the network as the LiteRT file that phones take; one row at a time, as its batch is fixed.

import { loadAndCompile, loadLiteRt, Tensor } from "./runtime/litert.js";

// LiteRT tells on the error console what it does, too.
const fail = console.error.bind(console);
console.error = (...words) => (/^(INFO|WARNING): /.test(words[0]) ? console.info(...words) : fail(...words));

/** What makes of rows * width inputs the outputs of all rows. */
export async function open() {
  await loadLiteRt("runtime/");
  const model = await loadAndCompile("model.tflite", { accelerator: "wasm" });
  return async (inputs, rows, width) => {
    const found = [];
    for (let row = 0; row < rows; row += 1) {
      const given = new Tensor(inputs.slice(row * width, (row + 1) * width), [1, width]);
      const said = await model.run(given);
      const output = Array.isArray(said) ? said[0] : Object.values(said)[0];
      found.push(...(await output.data()));
      output.delete();
      given.delete();
    }
    return Float32Array.from(found);
  };
}
