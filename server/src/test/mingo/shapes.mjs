// Documents of no machine: the shapes that queries find hardest, on few and short paths so that filters meet them often. Arrays in
// arrays, one path with many types, keys that are numbers, texts that look like numbers and dates, huge and tiny numbers, deep paths.
import { Filters } from "./filters.mjs";

const NUMBERS = [0, 1, -1, 2, 5, 10, 0.1, 0.2, 0.30000000000000004, 1.5, -2.5, 4.0, 255, 9007199254740991, -9007199254740991, 1e15, 1e18, 1e22, 1.7976931348623157e308, 5e-324, 123456789.125];
const TEXTS = ["", " ", "0", "1", "5", "-1", "1.5", "01", "1e3", "true", "null", "a", "A", "b", "B", "aa", "ab", "Ab", "a.b", "a\nb", "b\n", "\t", "e\u0301", "\u00e9", "\u00c9", "ß", "SS", "İ", "ı", "ﬁ", "𝄞", "😀", "👩‍🔧", "\u200b", "ж", "ש", "漢字", "\u007f", "\"", "\\", "/", "2026-01-02T03:04:05Z", "2026-01-02", "2025-12-31T23:59:59.999Z", "02:42:ac:11:00:02", "10.0.0.1", "10.0.0.10", "10.0.0.2", "U30 v2.10", "U30 v2.9"];
const KEYS = ["a", "b", "c", "0", "1", "2"];
const TYPES = ["number", "string", "object", "array", "bool", "null", "int", "long", "double", "decimal", "date", "objectId", "regex", 1, 2, 3, 4, 8, 9, 10, 16, 18, 19, -1];
const EXPRESSIONS = ["^$", "^a", "b$", "^\\d+$", "\\s", "^10\\.0\\.0\\.", "\\.1$", "^2026-", "T\\d\\d:", "é", "^.$", "^..$", "[^\\x00-\\x7f]", "a|b", "^(?!a)", "^[\\s\\S]$", "[\\D]$", "v2\\.\\d+$", "ß", "^[a-z]+$", "\\\\", "\\/", "^(a|ab)(b|$)"];

function scalar(random) {
  switch (random.below(7)) {
    case 0: return null;
    case 1: return random.chance(2);
    case 2: case 3: return random.one(NUMBERS);
    default: return random.one(TEXTS);
  }
}

function array(random, depth) {
  switch (random.below(8)) {
    case 0: return [];
    case 1: return [[]];
    case 2: return random.one([[null], [null, null], [[null]], [{}], [[], {}]]);
    case 3: return Array.from({ length: 1 + random.below(3) }, () => scalar(random));
    case 4: return Array.from({ length: 1 + random.below(2) }, () => Array.from({ length: random.below(3) }, () => value(random, depth - 1)));
    default: return Array.from({ length: 1 + random.below(3) }, () => value(random, depth - 1));
  }
}

function value(random, depth) {
  if (depth <= 0) return scalar(random);
  switch (random.below(7)) {
    case 0: case 1: return scalar(random);
    case 2: case 3: return array(random, depth);
    default: {
      const made = {};
      for (let i = random.below(4); i > 0; i--) made[random.one(KEYS)] = value(random, depth - 1);
      return made;
    }
  }
}

// An array whose elements are much alike: what $elemMatch is for.
const rows = (random) => Array.from({ length: random.below(4) }, () => {
  const row = { a: random.one([1, 2, 5, "5", null, 0.1]) };
  if (!random.chance(4)) row.b = random.one([random.some([1, 2, 3, null], 3), random.some([{ a: 1, c: "x" }, { a: 2 }, { c: null }, []], 3), 7, null]);
  if (random.chance(3)) row["0"] = random.one([1, { a: 1 }, [1]]);
  return row;
});

export function shape(random) {
  const document = {};
  for (const key of ["m", "n"]) if (!random.chance(6)) document[key] = value(random, 4);
  if (!random.chance(5)) document.rows = random.chance(8) ? value(random, 2) : rows(random);
  if (!random.chance(5)) document.s = random.chance(3) ? random.some([...NUMBERS, ...TEXTS, null, true], 4) : scalar(random);
  if (random.chance(2)) document.deep = ["a", "b", "c", "a", "b", "c", "1"].reduceRight((below, key) => ({ [key]: random.chance(9) ? [below] : below }), scalar(random));
  if (random.chance(2)) document["0"] = { 1: random.one([{ 2: scalar(random) }, [scalar(random)], scalar(random)]) };
  return document;
}

export class ShapeFilters extends Filters {
  path() {
    const r = this.random;
    if (r.chance(5)) return [r.one(["m", "n", "rows", "0"]), ...Array.from({ length: 1 + r.below(3) }, () => r.one(KEYS))].join(".");
    return super.path();
  }

  expression() {
    const expression = { $regex: this.random.one(EXPRESSIONS) };
    if (this.random.chance(4)) expression.$options = this.random.one(["i", "m", "s", "ims"]);
    return expression;
  }

  operators(path, depth) {
    const r = this.random;
    switch (r.below(12)) {
      case 0: return { $type: r.chance(2) ? r.one(TYPES) : Array.from({ length: 1 + r.below(3) }, () => r.one(TYPES)) };
      case 1: return { $mod: [r.one([2, 3, -2, 2.5, -3.9, 7, 1]), r.one([0, 1, -1, 1.5, -0.5, 2])] };
      case 2: return { $size: r.below(3) };
      case 3: return { $exists: r.one([true, false, 1, 0]) };
      case 4: return { $all: Array.from({ length: 1 + r.below(2) }, () => ({ $elemMatch: this.element(path, 1) })) };
      case 5: return { [r.one(["$in", "$nin"])]: [...this.list(path), null, this.expression()].slice(r.below(2)) };
      case 6: return { $not: r.chance(2) ? this.expression() : { $elemMatch: this.element(path, 0) } };
      case 7: return { $elemMatch: r.chance(3) ? { $elemMatch: this.element(path, 0) } : this.element(path, depth) };
      case 8: return { $gte: this.scalar(path), $lt: this.scalar(path) };
      case 9: return { [r.one(["$eq", "$ne"])]: r.one([[], [[]], {}, [null], null, this.value(path)]) };
      default: return super.operators(path, depth);
    }
  }

  element(path, depth) {
    const r = this.random;
    if (r.chance(4)) return { [r.one(["a", "b", "0", "b.a", "b.0", "1.a"])]: r.chance(2) ? this.value(path) : { $elemMatch: this.operators(path, 0) } };
    if (r.chance(8)) return { [r.one(["$nor", "$and", "$or"])]: [{ [r.one(KEYS)]: this.value(path) }, { [r.one(KEYS)]: { $exists: r.chance(2) } }] };
    return super.element(path, depth);
  }
}
