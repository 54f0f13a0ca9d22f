// Where mingo and MongoDB's manual differ. The manual wins; every disagreement must be explained by one of these, each with
// an example on which both are tried. `explains` is asked about one condition on which the two disagree.
import { Query } from "mingo";
import { condition, elementMatches, leaves, test } from "./manual.mjs";

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isExpression = (value) => isObject(value) && "$regex" in value;
const ofNull = ({ operand }) => operand === null || (Array.isArray(operand) && operand.includes(null));
const isOneOf = (...operators) => ({ operator }) => operators.includes(operator);
const candidates = (leaf) => leaf.found.flatMap((value) => (Array.isArray(value) ? [value, ...value] : [value]));

export const EXCEPTIONS = [
  {
    name: "missing-in-an-element",
    says: "null is met by an element that lacks the field; mingo forgets such elements",
    document: { a: [{ b: 1 }, { c: 1 }] }, filter: { "a.b": null }, manual: true,
    explains: (leaf) => isOneOf("$eq", "$ne", "$in", "$nin", "$all", "$gte", "$lte")(leaf) && ofNull(leaf) && leaf.missing && leaf.crossed,
  },
  {
    name: "null-and-order",
    says: "$gte and $lte with null are met by a missing field as equality is; to mingo it is of another type",
    document: {}, filter: { a: { $gte: null } }, manual: true,
    explains: (leaf) => isOneOf("$gte", "$lte")(leaf) && leaf.operand === null && leaf.missing,
  },
  {
    name: "arrays-below-arrays",
    says: "each array that a path reaches is looked at by itself; mingo gives the operator one list of lists",
    document: { a: [{ b: [1, 2] }, { b: [3] }] }, filter: { "a.b": { $gt: 2 } }, manual: true,
    explains: (leaf) => isOneOf("$in", "$nin", "$gt", "$gte", "$lt", "$lte", "$mod", "$regex", "$all", "$elemMatch")(leaf)
      && (leaf.crossed > 1 || (leaf.crossed > 0 && leaf.found.some(Array.isArray))),
  },
  {
    name: "size-below-arrays",
    says: "$size is of an array that the path reaches; mingo counts what it collected on the way",
    document: { a: [{ b: 1 }, { b: 2 }] }, filter: { "a.b": { $size: 2 } }, manual: false,
    explains: (leaf) => leaf.operator === "$size" && leaf.walked,
  },
  {
    name: "elements-of-no-array",
    says: "$elemMatch and $all with it need an array at the path; mingo takes what it collected on the way for one",
    document: { a: [{ b: 1 }, { b: 2 }] }, filter: { "a.b": { $elemMatch: { $gt: 1 } } }, manual: false,
    explains: (leaf) => isOneOf("$elemMatch", "$all")(leaf) && leaf.crossed > 0 && leaf.found.some((value) => !Array.isArray(value)),
  },
  {
    name: "equal-to-what-was-collected",
    says: "an array in a filter is compared with an array that the path reaches; mingo also with what it collected on the way",
    document: { a: [] }, filter: { "a.b": [] }, manual: false,
    explains: (leaf) => isOneOf("$eq", "$ne", "$in", "$nin", "$all")(leaf) && leaf.walked
      && (leaf.operator.match(/eq|ne$/) ? Array.isArray(leaf.operand) : leaf.operand.some(Array.isArray)),
  },
  {
    name: "whole-array-in-a-list",
    says: "$in, $nin and $all are met by a whole array that is in the list; mingo looks at the elements alone",
    document: { a: [1, 2] }, filter: { a: { $in: [[1, 2]] } }, manual: true,
    explains: (leaf) => isOneOf("$in", "$nin", "$all")(leaf) && leaf.operand.some(Array.isArray) && leaf.found.some(Array.isArray),
  },
  {
    name: "all-of-one-value",
    says: "$all is the $and of equalities, so that one value, or null with nothing, can meet it; to mingo it needs an array",
    document: { a: 1 }, filter: { a: { $all: [1] } }, manual: true,
    explains: (leaf) => leaf.operator === "$all"
      && (leaf.found.length === 0 || leaf.found.some((value) => !Array.isArray(value)) || ofNull(leaf)),
  },
  {
    name: "type-of-an-element",
    says: "$type is met by an element of the type; mingo asks for the type of the array alone",
    document: { a: [1, "x"] }, filter: { a: { $type: "string" } }, manual: true,
    explains: (leaf) => leaf.operator === "$type" && (leaf.walked || leaf.found.some(Array.isArray)),
  },
  {
    name: "exists-below-arrays",
    says: "a field exists below arrays where some element has it; mingo is content with an array on the way or at the index",
    document: { a: [{ b: [] }] }, filter: { "a.b.c": { $exists: true } }, manual: false,
    explains: (leaf) => leaf.operator === "$exists" && leaf.walked,
  },
  {
    name: "remainder-of-numbers",
    says: "$mod is met by numbers of 64 bits alone, their fraction cut off; mingo divides texts, null, lists and fractions as JavaScript does",
    document: { a: null }, filter: { a: { $mod: [2, 0] } }, manual: false,
    explains: (leaf) => leaf.operator === "$mod"
      && (leaf.walked || leaf.missing || [...leaf.operand, ...candidates(leaf)].some((value) => !Number.isSafeInteger(value))),
  },
  {
    name: "text-by-code-point",
    says: "texts are ordered by code point, as UTF-8 is; mingo orders by units of UTF-16",
    document: { a: "\ufb01" }, filter: { a: { $lt: "\ud834\udd1e" } }, manual: true,
    explains: (leaf) => isOneOf("$gt", "$gte", "$lt", "$lte")(leaf) && typeof leaf.operand === "string"
      && [leaf.operand, ...candidates(leaf)].some((value) => typeof value === "string" && /[\ud800-\udbff]/.test(value)),
  },
  {
    name: "perls-expressions",
    says: "$ stands before a last newline too and . is all but \\n, as in Perl; mingo's are JavaScript's",
    document: { a: "x\n" }, filter: { a: { $regex: "x$" } }, manual: true,
    explains: (leaf) => (leaf.operator === "$regex" || (isOneOf("$in", "$nin", "$all")(leaf) && leaf.operand.some(isExpression)))
      && candidates(leaf).some((value) => typeof value === "string" && /[\r\n\u2028\u2029]/.test(value)),
  },
  {
    name: "characters-of-two-units",
    says: "a character is a code point, in an expression too; to mingo one beyond 16 bits is two",
    document: { a: "\ud834\udd1e" }, filter: { a: { $regex: "^.$" } }, manual: true,
    explains: (leaf) => (leaf.operator === "$regex" || (isOneOf("$in", "$nin", "$all")(leaf) && leaf.operand.some(isExpression)))
      && candidates(leaf).some((value) => typeof value === "string" && /[\ud800-\udbff]/.test(value)),
  },
  {
    name: "fields-of-no-object",
    says: "$elemMatch with fields asks for elements that are objects; mingo takes a scalar for its own field and an array for its elements",
    document: { a: [5] }, filter: { a: { $elemMatch: { b: 5 } } }, manual: false,
  },
  {
    name: "elements-of-elements",
    says: "$elemMatch with operators tries each element as it stands; mingo looks into one that is an array",
    document: { a: [[5]] }, filter: { a: { $elemMatch: { $gt: 1 } } }, manual: false,
  },
  {
    name: "arrays-in-arrays",
    says: "neither a path nor a condition looks into an array that is an element of an array; mingo does, or takes it for the value",
    document: { a: [[{ b: 1 }]] }, filter: { "a.b": { $elemMatch: { b: 1 } } }, manual: false,
    explains: (leaf) => leaf.nested || leaf.found.some((value) => Array.isArray(value) && value.some(Array.isArray)),
  },
  {
    name: "index-or-key",
    says: "a number in a path is an index and a key: in an array it finds the objects that have it, too",
    document: { a: [{ "0": 1 }] }, filter: { "a.0": 1 }, manual: true,
    explains: (leaf) => leaf.keyInArray,
  },
];

const byName = new Map(EXCEPTIONS.map((exception) => [exception.name, exception]));

// A list's {"$regex": …} is JSON's way to write an expression; mingo wants one of JavaScript's.
export function forMingo(value, inList = false) {
  if (Array.isArray(value)) return value.map((element) => forMingo(element, true));
  if (!isObject(value)) return value;
  if (inList && isExpression(value)) return new RegExp(value.$regex, value.$options);
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, forMingo(below)]));
}

export const mingo = (document, filter) => new Query(forMingo(filter)).test(document);

// How a path is walked in a document.
function way(document, path) {
  const leaf = { crossed: 0, walked: false, nested: false, keyInArray: false };
  const walk = (value, keys, crossed) => {
    leaf.crossed = Math.max(leaf.crossed, crossed);
    if (keys.length === 0) return;
    const [key, ...rest] = keys;
    if (isObject(value)) {
      if (Object.hasOwn(value, key)) walk(value[key], rest, crossed);
    } else if (Array.isArray(value)) {
      leaf.walked = true;
      const index = /^\d+$/.test(key);
      if (index && Number(key) < value.length) walk(value[Number(key)], rest, crossed);
      for (const element of value) {
        leaf.nested ||= Array.isArray(element);
        if (isObject(element) && index) leaf.keyInArray ||= Object.hasOwn(element, key);
        if (isObject(element)) walk(element, keys, crossed + 1);
      }
      if (!index) leaf.crossed = Math.max(leaf.crossed, crossed + 1);
    }
  };
  walk(document, path.split("."), 0);
  const all = leaves(document, path.split("."));
  leaf.found = all.filter((value) => typeof value !== "symbol");
  leaf.missing = leaf.found.length < all.length;
  return leaf;
}

// The reasons why mingo and the manual disagree on a document; throws if there is none.
export function explain(document, filter) {
  const reasons = new Set();
  const conditions = (parts) => {
    for (const [key, operand] of Object.entries(parts)) {
      if (["$and", "$or", "$nor"].includes(key)) operand.forEach(conditions);
      else if (isObject(operand) && Object.keys(operand).some((name) => name.startsWith("$"))) operators(key, operand);
      else one(key, "$eq", operand, {});
    }
  };
  const operators = (path, all) => {
    for (const [operator, operand] of Object.entries(all)) {
      if (operator === "$not") operators(path, operand);
      else if (operator !== "$options") one(path, operator, operand, all);
    }
  };
  const one = (path, operator, operand, all) => {
    const alone = { [operator]: operand, ...(operator === "$regex" && all.$options ? { $options: all.$options } : {}) };
    if (condition(document, path, operator, operand, all) === mingo(document, { [path]: alone })) return;
    const leaf = { operator, operand, ...way(document, path) };
    const own = EXCEPTIONS.filter((exception) => exception.explains?.(leaf)).map((exception) => exception.name);
    if (operator === "$elemMatch") own.push(...elements(leaf, operand));
    if (operator === "$all") {
      operand.filter((value) => isObject(value) && value.$elemMatch).forEach((value) => own.push(...elements(leaf, value.$elemMatch)));
    }
    own.forEach((name) => reasons.add(name));
    if (own.length === 0) {
      throw new Error(`not explained: ${JSON.stringify(alone)} at ${path} of ${JSON.stringify(document[path.split(".")[0]])}`);
    }
  };
  const elements = (leaf, criteria) => {
    const own = new Set();
    for (const element of leaf.found.filter(Array.isArray).flat()) {
      const manual = elementMatches(element, criteria);
      if (manual === mingo({ a: [element] }, { a: { $elemMatch: criteria } })) continue;
      const ofItself = Object.keys(criteria).every((key) => key.startsWith("$") && !["$and", "$or", "$nor"].includes(key));
      if (ofItself) {
        if (Array.isArray(element)) own.add("elements-of-elements");
        else explain({ a: element }, { a: criteria }).forEach((reason) => own.add(reason));
      } else if (isObject(element)) explain(element, criteria).forEach((reason) => own.add(reason));
      else own.add("fields-of-no-object");
    }
    return own;
  };
  conditions(filter);
  if (reasons.size === 0) throw new Error(`not explained: ${JSON.stringify(filter)} on ${JSON.stringify(document)}`);
  return reasons;
}

// Each exception shows what it says.
export function check() {
  for (const { name, document, filter, manual } of EXCEPTIONS) {
    if (test(document, filter) !== manual || mingo(document, filter) === manual) throw new Error(`${name} shows nothing`);
    if (byName.get(name).explains && !explain(document, filter).has(name)) throw new Error(`${name} does not explain itself`);
  }
}
