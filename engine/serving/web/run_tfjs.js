// Runs the network as a TF.js graph model.

const script = (src) => new Promise((done, failed) => {
  document.head.append(Object.assign(document.createElement("script"), { src, onload: done, onerror: () => failed(new Error(`${src} cannot be loaded`)) }));
});

/** What makes of rows * width inputs the outputs of all rows. */
export async function open({ backend }) {
  for (const name of ["tf-core.min.js", "tf-converter.min.js", `tf-backend-${backend}.min.js`]) await script(`runtime/${name}`);
  const tf = globalThis.tf;
  if (backend === "wasm") tf.wasm.setWasmPaths("runtime/");
  if (!(await tf.setBackend(backend))) throw new Error(`TF.js cannot use ${backend} here`);
  const model = await tf.loadGraphModel("model.json");
  return async (inputs, rows, width) => {
    const [row, given] = tf.tidy(() => {
      const made = tf.tensor2d(inputs, [rows, width]);
      return [tf.keep(made), tf.keep(model.predict(made))];
    });
    const found = await given.data();
    row.dispose();
    given.dispose();
    return found;
  };
}
