// Makes a form from the schema, reads a row from it, and shows an answer.

function made(kind, properties = {}, children = []) {
  const element = Object.assign(document.createElement(kind), properties);
  element.append(...children);
  return element;
}

function choices(values) {
  const options = [made("option", { value: "", textContent: "unknown" })];
  return made("select", {}, [...options, ...values.map((value) => made("option", { value, textContent: value }))]);
}

const CONTROLS = {
  number: (field) => made("input", { type: "text", inputMode: "decimal", placeholder: field.examples?.[0] ?? "" }),
  boolean: () => choices(["true", "false"]),
  category: (field) => choices(field.values ?? []),
  date: (field) => made("input", { type: "text", placeholder: field.examples?.[0] ?? "2024-12-31" }),
  text: () => made("textarea", { rows: 3 }),
};

function hint(field) {
  if (field.kind === "number" && field.low != null) return `${field.low} to ${field.high} in training`;
  if (field.kind === "date" && field.earliest) return `${field.earliest} to ${field.latest} in training`;
  return "";
}

/** Put one labelled control per column into the form, and a button. */
export function built(form, schema) {
  for (const field of schema.columns) {
    const control = (CONTROLS[field.kind] ?? CONTROLS.text)(field);
    control.name = field.name;
    const label = made("label", {}, [made("span", { textContent: field.name }), control, made("small", { textContent: hint(field) })]);
    if (field.kind === "text") label.className = "wide";
    form.append(label);
  }
  form.append(made("button", { textContent: "Predict" }));
}

/** The row in the form; an empty control is an unknown value. */
export async function asRow(form, schema) {
  const given = new FormData(form);
  return Object.fromEntries(schema.columns.map(({ name }) => [name, given.get(name) === "" ? null : given.get(name)]));
}

/** An answer as elements. */
export function shown(answer) {
  const { prediction, ...details } = answer;
  const text = (value) => (typeof value === "number" ? value.toPrecision(6) : String(value));
  const said = typeof prediction === "object" ? Object.entries(prediction).map(([name, value]) => `${name}: ${text(value)}`).join(", ") : text(prediction);
  const rows = Object.entries(details).flatMap(([word, numbers]) => Object.entries(numbers).map(([name, value]) =>
    made("tr", {}, [
      made("td", { textContent: name }),
      made("td", { textContent: word === "probabilities" ? `${(100 * value).toFixed(1)} %` : text(value) }),
      made("td", {}, word === "probabilities" ? [made("meter", { value })] : []),
    ])));
  return made("div", {}, [made("h2", { textContent: said }), made("table", {}, rows)]);
}
