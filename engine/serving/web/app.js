// The page: a form made from the schema, the network in one of its runtimes, and the answer.

import { answers } from "./prepare/answer.js";
import { CellError } from "./prepare/cells.js";
import { reader } from "./prepare/prepare.js";
import { asRow, built, shown } from "./form.js";

const read = async (name) => (await fetch(name)).json();
const state = document.getElementById("state");

async function start() {
  const names = ["preprocess.json", "target.json", "meta.json", "schema.json", "runtime.json"];
  const [preparation, target, meta, schema, runtime] = await Promise.all(names.map(read));
  const chosen = new URLSearchParams(location.search).get("runtime") ?? runtime.first;
  const { open } = await import(`./run_${runtime.runtimes[chosen].code}.js`);
  const network = await open(runtime.runtimes[chosen]);
  const { width, prepare } = reader(preparation);

  /** One answer per row (objects by column). Throws CellError for a value that cannot be used. */
  async function predict(rows) {
    const inputs = prepare(rows);
    return answers(target, meta, await network(inputs, rows.length, width), rows.length);
  }
  return { schema, predict, chosen };
}

async function keep() {
  if (!("serviceWorker" in navigator)) return false;
  await navigator.serviceWorker.register("worker.js");
  await navigator.serviceWorker.ready;
  return true;
}

const ready = start();
globalThis.modelwright = {
  ready: ready.then(({ chosen }) => chosen),
  predict: async (rows) => (await ready).predict(rows),
  /** Whether the page will open without a connection from now on. */
  kept: ready.then(keep),
};

ready.then(({ schema, predict }) => {
  document.title = `Prediction of ${schema.target}`;
  document.getElementById("title").textContent = document.title;
  state.textContent = "Fill in what is known and leave the rest empty.";
  const form = document.getElementById("form");
  const answer = document.getElementById("answer");
  built(form, schema);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    answer.hidden = false;
    try {
      answer.replaceChildren(shown((await predict([await asRow(form, schema)]))[0]));
    } catch (error) {
      if (!(error instanceof CellError)) throw error;
      const said = document.createElement("p");
      said.className = "problem";
      said.textContent = error.message;
      answer.replaceChildren(said);
    }
  });
}).catch((error) => {
  state.textContent = `The model could not be loaded: ${error.message}`;
  throw error;
});
