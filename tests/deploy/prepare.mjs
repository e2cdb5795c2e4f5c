// Executes preparations with the JavaScript interpreter: cases in, for each row its numbers or null out.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, given, out] = process.argv.slice(2);
const { reader } = await import(pathToFileURL(`${folder}/prepare.js`));
const { CellError } = await import(pathToFileURL(`${folder}/cells.js`));

function alone(prepare, row) {
  try {
    return Array.from(prepare([row]));
  } catch (error) {
    if (error instanceof CellError) return null;
    throw error;
  }
}

const said = JSON.parse(readFileSync(given, "utf8")).map(({ preparation, rows }) => {
  const { columns, width, prepare } = reader(preparation);
  return { columns, width, rows: rows.map((row) => alone(prepare, row)) };
});
writeFileSync(out, JSON.stringify(said));
