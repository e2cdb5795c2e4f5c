// Turns what a network gives into an answer, by target.json and meta.json, as engine/training/target_code.py does.

const LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95];
const MIDDLE = 2;

const best = (values) => values.reduce((place, value, index) => (value > values[place] ? index : place), 0);
const named = (names, values) => Object.fromEntries(names.map((name, place) => [name, values[place]]));

const FORMS = {
  classes(target, given, line) {
    if (given.length === 1) {
      const chosen = target.classes[given[0] >= line ? 1 : 0];
      return { prediction: chosen, probabilities: named(target.classes, [1 - given[0], given[0]]) };
    }
    return { prediction: target.classes[best(given)], probabilities: named(target.classes, given) };
  },
  grades(target, given) {
    let least = 1;
    const reached = [1, ...given.map((value) => (least = Math.min(least, value))), 0];
    const shares = target.classes.map((_, place) => reached[place] - reached[place + 1]);
    let sum = 0;
    // A share of just one half counts as reached, whatever the last bit says.
    const middle = shares.slice(0, -1).filter((share) => (sum += share) < 0.5 - 1e-9).length;
    return { prediction: target.classes[middle], probabilities: named(target.classes, shares) };
  },
  labels(target, given, line) {
    const chosen = target.classes.filter((_, place) => given[place] >= line);
    return { prediction: chosen.join((target.separators ?? "").slice(0, 1) || ";"), probabilities: named(target.classes, given) };
  },
  amounts(target, given) {
    const centers = target.centers ?? [0];
    const scales = target.scales ?? [1];
    const found = given.map((value, place) => value * (scales[place] ?? scales[0]) + (centers[place] ?? centers[0]));
    return { prediction: found.length === 1 ? found[0] : named(target.columns, found) };
  },
  forecast(target, given) {
    const found = FORMS.amounts(target, given);
    const [below, above] = [target.below ?? 0, target.above ?? 0];
    if (below === above) return found;
    const ends = [found.prediction + below, found.prediction + above];
    return { ...found, quantiles: named([LEVELS[0], LEVELS[LEVELS.length - 1]].map(String), ends) };
  },
  lists(target, given) {
    return { prediction: given[0] };
  },
  quantiles(target, given) {
    const scaled = given.map((value) => value * (target.scale ?? 1) + (target.center ?? 0));
    const found = scaled.sort((one, other) => one - other);
    return { prediction: found[MIDDLE], quantiles: named(LEVELS.map(String), found) };
  },
};

/** One answer per row: `prediction`, and `probabilities` or `quantiles` where there are such. `outputs` is flat. */
export function answers(target, meta, outputs, rows) {
  const wide = outputs.length / rows;
  const line = meta.threshold ?? 0.5;
  return Array.from({ length: rows }, (_, row) =>
    FORMS[target.form](target, Array.from(outputs.slice(row * wide, (row + 1) * wide)), line));
}
