// Random projections, and what the manual says they show: https://www.mongodb.com/docs/manual/reference/operator/projection/
// and "Project Fields to Return from Query". Where mingo shows something else, `because` says why: its $slice and $elemMatch are those
// of aggregation, which show nothing else and do not go through arrays; it keeps scalars out of no array and no path.
import { Query } from "mingo";
import { forMingo } from "./exceptions.mjs";
import { elementMatches, leaves, same as equal } from "./manual.mjs";

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

function tree(projection) {
  const root = new Map();
  for (const [path, what] of Object.entries(projection)) {
    const keys = path.split(".");
    let at = root;
    for (const key of keys.slice(0, -1)) {
      if (!at.has(key)) at.set(key, new Map());
      at = at.get(key);
      if (!(at instanceof Map)) return null;
    }
    if (at.has(keys.at(-1))) return null;
    at.set(keys.at(-1), what);
  }
  return root;
}

function sliced(value, operand) {
  if (!Array.isArray(value)) return value;
  const [skip, most] = Array.isArray(operand) ? operand : operand < 0 ? [operand, -operand] : [0, operand];
  const from = skip < 0 ? Math.max(0, value.length + skip) : skip;
  return value.slice(from, from + most);
}

function cut(value, what) {
  if (what.$slice !== undefined) return sliced(value, what.$slice);
  const found = Array.isArray(value) ? value.findIndex((element) => elementMatches(element, what.$elemMatch)) : -1;
  return found < 0 ? undefined : [value[found]];
}

function included(value, branch) {
  if (Array.isArray(value)) {
    return value.filter((element) => isObject(element) || Array.isArray(element)).map((element) => included(element, branch));
  }
  const kept = {};
  for (const [key, below] of Object.entries(value)) {
    const what = branch.get(key);
    const shown = what === undefined ? undefined
      : what instanceof Map ? (below !== null && typeof below === "object" ? included(below, what) : undefined)
        : isObject(what) ? cut(below, what) : below;
    if (shown !== undefined) kept[key] = shown;
  }
  return kept;
}

function left(value, branch) {
  if (Array.isArray(value)) return value.map((element) => left(element, branch));
  if (!isObject(value)) return value;
  const kept = {};
  for (const [key, below] of Object.entries(value)) {
    const what = branch.get(key);
    const shown = what === undefined ? below : what instanceof Map ? left(below, what) : isObject(what) ? cut(below, what) : undefined;
    if (shown !== undefined) kept[key] = shown;
  }
  return kept;
}

function shown(document, projection) {
  const values = Object.values(projection);
  const including = values.includes(1) || (!values.includes(0) && values.some((what) => what.$elemMatch));
  return including ? included(document, tree(projection)) : left(document, tree(projection));
}

function because(document, projection) {
  const reasons = Object.entries(projection).flatMap(([path, what]) => {
    if (isObject(what)) return [Object.keys(what)[0]];
    const keys = path.split(".");
    const shorter = keys.slice(1).map((_, i) => leaves(document, keys.slice(0, i + 1)));
    if (shorter.flat().some(Array.isArray)) return ["arrays"];
    return shorter.flat().some((value) => typeof value === "symbol" || !isObject(value)) ? ["no-object"] : [];
  });
  if (reasons.length === 0) throw new Error(`not explained: ${JSON.stringify(projection)} of ${JSON.stringify(document)}`);
  return [...new Set(reasons)].sort();
}

function projection(random, filters) {
  const projection = {};
  const include = random.below(3);
  for (let i = 1 + random.below(3); i > 0; i--) {
    const path = random.one(filters.names);
    const kind = random.below(6);
    if (kind === 0 || include === 2) projection[path] = { $slice: random.one([1, 2, 0, -1, -2, [1, 2], [-2, 1], [0, 1], [5, 5]]) };
    else if (kind === 1) projection[path] = { $elemMatch: filters.element(path, 1) };
    else projection[path] = include;
  }
  return tree(projection) ? projection : null;
}

export function projections(random, documents, filters) {
  const lines = [];
  while (lines.length < 400) {
    const what = projection(random, filters);
    if (what === null) continue;
    const of = random.below(documents.length);
    const shows = shown(documents[of], what);
    let same = false;
    try {
      const [theirs] = new Query({}).find([structuredClone(documents[of])], forMingo(what)).all();
      same = equal(JSON.parse(JSON.stringify(theirs)), shows);
    } catch {
      same = false; // mingo takes no slice of nothing
    }
    if (JSON.stringify(shows) === "{}" && !random.chance(10)) continue;
    const line = { projection: what, of, shows };
    if (!same) line.because = because(documents[of], what);
    lines.push(line);
  }
  return lines;
}
