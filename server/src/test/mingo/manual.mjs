// What MongoDB's manual says a filter matches: the reference on https://www.mongodb.com/docs/manual/reference/operator/query/
// and the tutorials "Query an Array", "Query an Array of Embedded Documents", "Query for Null or Missing Fields".
// Written for these vectors alone; shares nothing with what it judges, and nothing with mingo.
const MISSING = Symbol("missing");

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const has = (object, key) => Object.prototype.hasOwnProperty.call(object, key);
const isIndex = (key) => /^(0|[1-9]\d{0,5})$/.test(key);

export function typeOf(value) {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

// JSON's objects have no order of keys, and neither do PostgreSQL's: the one word of the manual that is not kept.
export function same(left, right) {
  const type = typeOf(left);
  if (type !== typeOf(right)) return false;
  if (type === "array") return left.length === right.length && left.every((value, i) => same(value, right[i]));
  if (type === "object") {
    const keys = Object.keys(left);
    return keys.length === Object.keys(right).length && keys.every((key) => has(right, key) && same(left[key], right[key]));
  }
  return left === right;
}

// The values that a path leads to, MISSING where it leads nowhere. Arrays on the way are walked into, one level.
export function leaves(value, keys, found = []) {
  if (keys.length === 0) {
    found.push(value);
    return found;
  }
  const [key, ...rest] = keys;
  if (isObject(value)) {
    if (has(value, key)) leaves(value[key], rest, found);
    else found.push(MISSING);
  } else if (Array.isArray(value)) {
    const index = isIndex(key);
    for (const element of value) {
      if (isObject(element)) {
        found.push(...leaves(element, keys).filter((leaf) => !index || leaf !== MISSING));
      }
    }
    if (index && Number(key) < value.length) leaves(value[Number(key)], rest, found);
    else if (index) found.push(MISSING);
  } else {
    found.push(MISSING);
  }
  return found;
}

export const lacks = (document, path) => leaves(document, path.split(".")).includes(MISSING);
export const found = (document, path) => leaves(document, path.split(".")).filter((leaf) => leaf !== MISSING);

const ORDER = { $gt: (o) => o > 0, $gte: (o) => o >= 0, $lt: (o) => o < 0, $lte: (o) => o <= 0 };

// Strings by code point, as UTF-8 compares.
export function order(left, right) {
  return typeof left === "string" ? Buffer.compare(Buffer.from(left), Buffer.from(right)) : left < right ? -1 : left > right ? 1 : 0;
}

const TYPES = {
  number: (v) => typeof v === "number", double: (v) => typeof v === "number", decimal: (v) => typeof v === "number",
  int: Number.isInteger, long: Number.isInteger, string: (v) => typeof v === "string", object: isObject,
  array: Array.isArray, bool: (v) => typeof v === "boolean", null: (v) => v === null,
};
const CODES = { 1: "double", 2: "string", 3: "object", 4: "array", 8: "bool", 10: "null", 16: "int", 18: "long", 19: "decimal" };

function isOfType(value, operand) {
  return [operand].flat().some((type) => (TYPES[CODES[type] ?? type] ?? (() => false))(value));
}

// Perl's $ may stand before a newline that ends the text, and its dot matches all but \n; a character is a code point.
export function expression(pattern, options = "") {
  let text = "";
  for (let i = 0, inBracket = false; i < pattern.length; i++) {
    const c = pattern[i];
    if (c === "\\") text += c + pattern[++i];
    else if (inBracket || c === "[") {
      inBracket = c !== "]";
      text += c;
    } else if (c === "$") text += options.includes("m") ? "(?=\\n|$(?![^]))" : "(?=\\n?$(?![^]))";
    else if (c === "." && !options.includes("s")) text += "[^\\n]";
    else text += c;
  }
  return new RegExp(text, `${options}u`);
}

// One value as it stands; arrays are not looked into.
function meets(value, operator, operand, operators) {
  switch (operator) {
    case "$eq": return same(value, operand);
    case "$in": return operand.some((one) => (isExpression(one) ? matches(value, one) : same(value, one)));
    case "$gt": case "$gte": case "$lt": case "$lte":
      return typeOf(value) === typeOf(operand) && !Array.isArray(value) && ORDER[operator](order(value, operand));
    case "$type": return isOfType(value, operand);
    case "$regex": return typeof value === "string" && expression(operand, operators.$options).test(value);
    case "$mod": return typeof value === "number" && Math.abs(value) < 2 ** 63 && Math.trunc(value) % Math.trunc(operand[0]) === Math.trunc(operand[1]);
    case "$size": return Array.isArray(value) && value.length === operand;
    case "$exists": return Boolean(operand);
    case "$elemMatch": return Array.isArray(value) && value.some((element) => elementMatches(element, operand));
    default: throw new Error(operator);
  }
}

const isExpression = (operand) => isObject(operand) && has(operand, "$regex");
const matches = (value, one) => meets(value, "$regex", one.$regex, one);
const isOperators = (operand) => isObject(operand) && Object.keys(operand).some((key) => key.startsWith("$"));

export function elementMatches(element, operand) {
  const keys = Object.keys(operand);
  return keys.length > 0 && keys.every((key) => key.startsWith("$") && !["$and", "$or", "$nor"].includes(key))
    ? itself(element, operand)
    : isObject(element) && test(element, operand);
}

function itself(value, operators) {
  return Object.entries(operators).every(([operator, operand]) => {
    switch (operator) {
      case "$options": return true;
      case "$ne": return !meets(value, "$eq", operand);
      case "$nin": return !meets(value, "$in", operand);
      case "$not": return !itself(value, operand);
      case "$all": return operand.length > 0 && operand.every((one) => itself(value, equality(one)));
      default: return meets(value, operator, operand, operators);
    }
  });
}

const equality = (one) => (isExpression(one) || (isObject(one) && has(one, "$elemMatch")) ? one : { $eq: one });

// A condition on a path: some value meets it; of an array its elements, for some operators the array too.
export function condition(document, path, operator, operand, operators = {}) {
  if (operator === "$options") return true;
  if (operator === "$ne") return !condition(document, path, "$eq", operand);
  if (operator === "$nin") return !condition(document, path, "$in", operand);
  if (operator === "$not") return !field(document, path, operand);
  if (operator === "$all") return operand.length > 0 && operand.every((one) => field(document, path, equality(one)));
  if ((operator === "$gte" || operator === "$lte") && operand === null) return condition(document, path, "$eq", null);
  const values = leaves(document, path.split("."));
  if (operator === "$exists") return values.some((value) => value !== MISSING) === Boolean(operand);
  return values.some((value) => {
    if (value === MISSING) {
      return (operator === "$eq" && operand === null) || (operator === "$in" && operand.includes(null));
    }
    const whole = !Array.isArray(value) || ["$eq", "$in", "$type", "$size", "$elemMatch"].includes(operator);
    const elements = Array.isArray(value) && !["$size", "$elemMatch"].includes(operator);
    return (whole && meets(value, operator, operand, operators))
      || (elements && value.some((element) => meets(element, operator, operand, operators)));
  });
}

function field(document, path, operand) {
  return isOperators(operand)
    ? Object.entries(operand).every(([operator, value]) => condition(document, path, operator, value, operand))
    : condition(document, path, "$eq", operand);
}

export function test(document, filter) {
  return Object.entries(filter).every(([key, operand]) => {
    switch (key) {
      case "$and": return operand.every((part) => test(document, part));
      case "$or": return operand.some((part) => test(document, part));
      case "$nor": return !operand.some((part) => test(document, part));
      default: return field(document, key, operand);
    }
  });
}
