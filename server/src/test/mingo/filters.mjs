// Random filters over what the documents hold: paths of theirs with and without indexes, values of theirs and near ones.
const EXPRESSIONS = ["^", "a", "e", "^[A-Z]", "\\d+", "[0-9]$", "^10\\.0\\.", "(ssd|nvme)", "x?", "\\.", "^sw[01]$", "^\\s", "\\bb\\b", "[^a-z]", "^$", "eth[1-9]", "i$", "é", ":", "^.{3}$", "INTEL|samsung", "(?=H)HPE", "a b", "\\w+\\s\\w+", "c$", "^c", "a.b"];
const TYPES = ["number", "string", "object", "array", "bool", "null", "int", "double", 2, 4, 10, 16, ["string", "null"], ["array", "number"], "date"];

export class Filters {
  constructor(random, documents) {
    this.random = random;
    this.paths = new Map();
    for (const document of documents) this.collect(document, []);
    this.names = [...this.paths.keys()];
  }

  collect(value, keys) {
    if (keys.length > 0) {
      const path = keys.join(".");
      if (!this.paths.has(path)) this.paths.set(path, []);
      this.paths.get(path).push(value);
    }
    if (Array.isArray(value)) value.forEach((element) => (Array.isArray(element) ? null : this.collectBelow(element, keys)));
    else this.collectBelow(value, keys);
  }

  collectBelow(value, keys) {
    if (value !== null && typeof value === "object" && !Array.isArray(value)) {
      for (const [key, below] of Object.entries(value)) this.collect(below, [...keys, key]);
    }
  }

  path() {
    const path = this.random.one(this.names);
    if (this.random.chance(20)) return `${path}.${this.random.one(["x", "nothing", "0"])}`;
    if (!this.random.chance(6)) return path;
    const keys = path.split(".");
    keys.splice(1 + this.random.below(keys.length), 0, String(this.random.below(3)));
    return keys.join(".");
  }

  value(path) {
    const r = this.random;
    const known = this.paths.get(path.replace(/\.\d+(?=\.|$)/g, "")) ?? this.paths.get(this.random.one(this.names));
    let value = r.one(known);
    while (Array.isArray(value) && value.length > 0 && !r.chance(4)) value = r.one(value);
    if (r.chance(10)) return null;
    if (r.chance(12)) return r.one([0, 1, "", true, [], {}, 5, "a", -1, 1.5]);
    if (typeof value === "number" && r.chance(3)) return value + r.one([1, -1, 0.5]);
    if (typeof value === "string" && r.chance(8)) return value.toUpperCase();
    return value;
  }

  scalar(path) {
    const value = this.value(path);
    return value !== null && typeof value === "object" ? this.random.one([0, "a", 8, "m", true]) : value;
  }

  list(path) {
    return Array.from({ length: this.random.below(5) }, () => this.value(path));
  }

  expression() {
    const r = this.random;
    const expression = { $regex: r.one(EXPRESSIONS) };
    if (r.chance(3)) expression.$options = r.one(["i", "m", "s", "im", "is", "ims"]);
    return expression;
  }

  operators(path, depth) {
    const r = this.random;
    const operators = {};
    for (let i = r.chance(4) ? 2 : 1; i > 0; i--) {
      switch (r.below(17)) {
        case 0: operators.$eq = this.value(path); break;
        case 1: operators.$ne = this.value(path); break;
        case 2: case 3: operators[r.one(["$gt", "$gte", "$lt", "$lte"])] = this.scalar(path); break;
        case 4: operators.$in = this.list(path); break;
        case 5: operators.$nin = this.list(path); break;
        case 6: operators.$exists = r.chance(2); break;
        case 7: operators.$type = r.one(TYPES); break;
        case 8: case 9: Object.assign(operators, this.expression()); break;
        case 10: operators.$all = r.chance(6) ? [{ $elemMatch: this.element(path, 1) }] : this.list(path).slice(0, 2); break;
        case 11: operators.$size = r.below(4); break;
        case 12: operators.$mod = [r.one([2, 3, 4, 10, -3]), r.one([0, 1, 2, -1])]; break;
        case 13: case 14: operators.$elemMatch = this.element(path, depth); break;
        case 15:
          if (r.chance(2)) operators.$in = [...this.list(path), this.expression()];
          else operators.$lte = this.scalar(path);
          break;
        default:
          if (depth > 0) operators.$not = this.operators(path, depth - 1);
          else operators.$gte = this.scalar(path);
      }
    }
    return operators;
  }

  element(path, depth) {
    const below = this.names.filter((name) => name.startsWith(`${path}.`)).map((name) => name.substring(path.length + 1));
    if (below.length === 0 || this.random.chance(5)) return this.operators(path, 0);
    const element = {};
    for (let i = 1 + this.random.below(2); i > 0; i--) {
      const key = this.random.one(below);
      element[key] = this.operand(`${path}.${key}`, Math.min(depth, 1) - 1);
    }
    return this.random.chance(8) ? { $or: [element, { [this.random.one(below)]: this.value(path) }] } : element;
  }

  operand(path, depth) {
    return this.random.chance(3) ? this.value(path) : this.operators(path, depth);
  }

  filter(depth = 2) {
    const r = this.random;
    const filter = {};
    for (let i = r.chance(4) ? 2 : 1; i > 0; i--) {
      if (depth > 0 && r.chance(4)) {
        filter[r.one(["$and", "$or", "$nor"])] = Array.from({ length: 1 + r.below(3) }, () => this.filter(depth - 1));
      } else {
        const path = this.path();
        filter[path] = this.operand(path, depth);
      }
    }
    return filter;
  }
}
