// Random sorts, and the order that the manual says: "Comparison/Sort Order" and "Sort Array Values": missing and null, numbers,
// strings, objects, arrays, booleans; of an array the least element ascending, the greatest descending; an empty array before
// null. Documents that are equal stay in the order of their ids. Where mingo's order is another, `because` says why: it tells null
// from missing, and of arrays it knows neither the least nor the greatest element in the manual's way.
import { Query } from "mingo";
import { leaves, order, typeOf } from "./manual.mjs";

const RANK = { empty: -1, null: 0, number: 1, string: 2, object: 3, array: 4, boolean: 5 };
const EMPTY = Symbol("empty array");

const rank = (value) => (value === EMPTY ? RANK.empty : typeof value === "symbol" ? RANK.null : RANK[typeOf(value)]);

function compare(left, right) {
  const ranks = rank(left) - rank(right);
  return ranks !== 0 ? ranks : ["number", "string", "boolean"].includes(typeof left) ? order(left, right) : 0;
}

// Objects and arrays have an order, which is not the manual's: keys have none here. Sorts that would need it are left out.
function key(document, path, direction) {
  const values = leaves(document, path.split(".")).flatMap((value) =>
    Array.isArray(value) ? (value.length === 0 ? [EMPTY] : value) : [value]);
  if (values.some((value) => value !== null && typeof value === "object")) throw new RangeError(path);
  return values.length === 0 ? null : values.reduce((best, value) => (compare(value, best) * direction < 0 ? value : best));
}

function because(documents, paths) {
  const reasons = paths.flatMap((path) => {
    const keys = path.split(".");
    const onTheWay = documents.flatMap((one) => keys.flatMap((_, i) => leaves(one, keys.slice(0, i + 1))));
    if (onTheWay.some(Array.isArray)) return ["arrays"];
    const all = documents.map((one) => leaves(one, keys));
    const flat = all.flat();
    return flat.includes(null) && flat.some((value) => typeof value === "symbol") ? ["null-and-missing"] : [];
  });
  if (reasons.length === 0) throw new Error(`not explained: sort by ${paths}`);
  return [...new Set(reasons)].sort();
}

export function sorts(random, documents, filters) {
  const lines = [];
  for (let tries = 0; lines.length < 200 && tries < 5000; tries++) {
    const sort = {};
    for (let i = 1 + random.below(3); i > 0; i--) sort[filters.path()] = random.chance(2) ? 1 : -1;
    try {
      const keys = documents.map((one) => Object.entries(sort).map(([path, direction]) => key(one, path, direction)));
      const ids = documents.map((_, i) => i).sort((left, right) => {
        const differs = Object.values(sort).map((direction, i) => compare(keys[left][i], keys[right][i]) * direction).find((o) => o !== 0);
        return differs ?? left - right;
      });
      const theirs = new Query({}).find(documents.map((one, i) => ({ ...one, _place: i }))).sort(sort).all().map((one) => one._place);
      const line = { sort, ids };
      if (theirs.join() !== ids.join()) line.because = because(documents, Object.keys(sort));
      lines.push(line);
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown;
    }
  }
  return lines;
}
