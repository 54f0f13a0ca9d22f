// Pipelines as MongoDB's manual describes them, written without a look at the server. `notes` collects where a pipeline came upon
// something that mingo is known to see otherwise: the key is explained in README.md.
const MISSING = undefined;
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isNothing = (value) => value === null || value === MISSING;

const rank = (value) => value === MISSING ? 0 : value === null ? 1 : typeof value === "number" ? 2 : typeof value === "string" ? 3 : isObject(value) ? 4 : Array.isArray(value) ? 5 : 6;

export function compare(a, b) {
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a === "number" || typeof a === "boolean") return a - b;
  if (typeof a === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (Array.isArray(a)) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) if (compare(a[i], b[i]) !== 0) return compare(a[i], b[i]);
    return a.length - b.length;
  }
  if (isObject(a)) {
    const left = Object.entries(a), right = Object.entries(b);
    for (let i = 0; i < Math.min(left.length, right.length); i++) {
      const order = rank(left[i][1]) - rank(right[i][1]) || compare(left[i][0], right[i][0]) || compare(left[i][1], right[i][1]);
      if (order !== 0) return order;
    }
    return left.length - right.length;
  }
  return 0;
}

// Equal whatever the order of keys.
export const canonical = (value) => JSON.stringify(value, (_, inner) => isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a < b ? -1 : 1)) : inner);

export class Pipeline {
  constructor(matches) {
    this.matches = matches;
    this.notes = new Set();
    this.unwound = false;
  }

  path(value, keys) {
    const below = isObject(value) && Object.hasOwn(value, keys[0]) ? value[keys[0]] : MISSING;
    const rest = keys.slice(1);
    if (rest.length === 0) return below;
    if (!Array.isArray(below)) return isObject(below) ? this.path(below, rest) : MISSING;
    if (below.some(Array.isArray)) this.notes.add("nested-arrays");
    return below.filter(isObject).map((one) => this.path(one, rest)).filter((one) => one !== MISSING);
  }

  evaluate(document, expression) {
    if (typeof expression === "string" && expression.startsWith("$")) return this.path(document, expression.slice(1).split("."));
    if (!isObject(expression)) return expression;
    const [word, operand] = Object.entries(expression)[0] ?? [""];
    if (!word.startsWith("$")) {
      const made = {};
      for (const [name, inner] of Object.entries(expression)) {
        const value = this.evaluate(document, inner);
        if (value !== MISSING) made[name] = value;
      }
      return made;
    }
    if (word === "$literal") return operand;
    const values = (Array.isArray(operand) ? operand : [operand]).map((one) => this.evaluate(document, one));
    const looked = values.length === 1 && Array.isArray(values[0]) ? values[0] : values;
    switch (word) {
      case "$ifNull": return values.find((one) => !isNothing(one)) ?? values.at(-1);
      case "$size": return values[0].length;
      case "$sum": case "$avg":
        if (looked === values) this.notes.add("scalar-operand");
        return this.total(looked, word);
      default:
        if (looked === values) this.notes.add("scalar-operand");
        return this.extreme(looked, word);
    }
  }

  total(values, word) {
    const numbers = values.filter((one) => typeof one === "number");
    if (numbers.some((one) => !Number.isInteger(one))) this.notes.add("sums-of-fractions");
    return word === "$sum" ? sum(numbers) : numbers.length === 0 ? null : sum(numbers) / numbers.length;
  }

  extreme(values, word) {
    const known = values.filter((one) => !isNothing(one));
    if (known.some((one) => typeof one === "object" || typeof one !== typeof known[0])) this.notes.add("mixed-order");
    if (known.length < values.length) this.notes.add("nothing-in-extremes");
    return known.reduce((best, one) => best === null || compare(one, best) * (word === "$min" ? -1 : 1) > 0 ? one : best, null);
  }

  run(documents, stages) {
    return stages.reduce((current, stage) => {
      const [word, operand] = Object.entries(stage)[0];
      return this[word](current, operand);
    }, documents);
  }

  $match(documents, filter) {
    return documents.filter((one) => this.matches(one, filter));
  }

  $limit(documents, count) {
    return documents.slice(0, count);
  }

  $skip(documents, count) {
    return documents.slice(count);
  }

  $count(documents, name) {
    if (documents.length === 0) this.notes.add("count-of-nothing");
    return documents.length === 0 ? [] : [{ [name]: documents.length }];
  }

  $group(documents, { _id, ...fields }) {
    const groups = new Map();
    for (const document of documents) {
      const id = this.evaluate(document, _id) ?? null;
      const key = canonical(id);
      if (id !== null && typeof id === "object") this.notes.add("container-ids");
      if (!groups.has(key)) groups.set(key, { id, members: [] });
      groups.get(key).members.push(document);
    }
    return [...groups.values()].map(({ id, members }) => {
      const made = { _id: id };
      for (const [name, gathering] of Object.entries(fields)) {
        const [word, expression] = Object.entries(gathering)[0];
        made[name] = this.gathered(word, members.map((one) => this.evaluate(one, expression)), expression);
      }
      return made;
    });
  }

  gathered(word, values, expression) {
    if (expression === null) this.notes.add("null-operand");
    const there = values.filter((one) => one !== MISSING);
    switch (word) {
      case "$sum": case "$avg": return this.total(values, word);
      case "$min": case "$max": return this.extreme(values, word);
      case "$first": return values[0] ?? null;
      case "$last": return values.at(-1) ?? null;
      default:
        if (there.length < values.length) this.notes.add("missing-is-not-gathered");
        if (word === "$addToSet") this.notes.add("order-of-sets");
        return word === "$push" ? there : different(there);
    }
  }

  $project(documents, specification) {
    const id = documents.some((one) => Object.hasOwn(one, "mercury_id")) ? "mercury_id" : "_id";
    const entries = Object.entries(specification).filter(([name]) => name !== "mercury_id" && name !== "_id");
    if (/:null/.test(JSON.stringify(specification))) this.notes.add("null-operand");
    const excluding = entries.every(([, value]) => value === 0);
    return documents.map((document) => {
      let made = excluding ? document : {};
      if (excluding) for (const [name] of entries) made = this.without(made, name.split("."));
      else {
        const tree = {};
        for (const [name, value] of [[id, 1], ...entries]) if (value === 1) plant(tree, name.split("."));
        made = this.included(document, tree);
        for (const [name, value] of entries) {
          const computed = value === 1 ? MISSING : this.nested(document, document[name], value);
          if (computed !== MISSING) made[name] = computed;
        }
      }
      return made;
    });
  }

  // Fields in an object of a $project stand for dotted names: of an array each element receives them.
  nested(document, old, specification) {
    if (!isObject(specification) || Object.keys(specification).some((key) => key.startsWith("$"))) return this.evaluate(document, specification);
    if (Array.isArray(old)) {
      this.notes.add("project-into-arrays");
      return old.map((one) => this.nested(document, one, specification));
    }
    const made = {};
    for (const [key, value] of Object.entries(specification)) {
      const below = this.nested(document, isObject(old) && Object.hasOwn(old, key) ? old[key] : MISSING, value);
      if (below !== MISSING) made[key] = below;
    }
    return made;
  }

  without(value, [key, ...rest]) {
    if (Array.isArray(value)) {
      this.notes.add("project-into-arrays");
      return value.map((one) => this.without(one, [key, ...rest]));
    }
    if (!isObject(value) || !Object.hasOwn(value, key)) return value;
    const made = { ...value };
    if (rest.length > 0 && this.unwound) this.notes.add("exclusion-in-place");
    if (rest.length === 0) delete made[key];
    else made[key] = this.without(value[key], rest);
    return made;
  }

  included(value, tree) {
    if (tree === true) return value;
    if (Array.isArray(value)) {
      this.notes.add("project-into-arrays");
      return value.map((one) => this.included(one, tree)).filter((one) => one !== MISSING);
    }
    if (!isObject(value)) {
      this.notes.add("project-below-scalars");
      return MISSING;
    }
    const made = {};
    for (const [key, below] of Object.entries(value)) {
      const kept = Object.hasOwn(tree, key) ? this.included(below, tree[key]) : MISSING;
      if (kept !== MISSING) made[key] = kept;
    }
    return made;
  }

  $unwind(documents, specification) {
    const { path, includeArrayIndex: index, preserveNullAndEmptyArrays: keep } = typeof specification === "string" ? { path: specification } : specification;
    const keys = path.slice(1).split(".");
    this.unwound = true;
    if (index?.includes(".")) this.notes.add("dotted-index");
    const numbered = (document, number) => index ? put(document, index.split("."), number) : document;
    return documents.flatMap((document) => {
      let value = document;
      for (const key of keys) {
        if (Array.isArray(value)) this.notes.add("unwind-below-arrays");
        value = isObject(value) && Object.hasOwn(value, key) ? value[key] : MISSING;
      }
      if (value === "" || (isObject(value) && Object.keys(value).length === 0) || value === 0 || value === false) this.notes.add("unwind-of-empty-values");
      if (Array.isArray(value) && value.length > 0) return value.map((element, i) => numbered(put(document, keys, element), i));
      if (Array.isArray(value)) return keep ? [numbered(drop(document, keys), null)] : [];
      return isNothing(value) && !keep ? [] : [numbered(document, null)];
    });
  }

  $sort(documents, specification) {
    const keys = Object.entries(specification);
    const tuple = (document) => {
      const tuples = this.tuples(keys.map(([name]) => ({ value: document, rest: name.split("."), at: "" })));
      return tuples.reduce((best, one) => this.order(keys, one, best) < 0 ? one : best);
    };
    return documents.map((document) => ({ document, tuple: tuple(document) })).sort((a, b) => this.order(keys, a.tuple, b.tuple)).map(({ document }) => document);
  }

  order(keys, a, b) {
    for (let i = 0; i < keys.length; i++) if (compare(a[i], b[i]) !== 0) return compare(a[i], b[i]) * keys[i][1];
    return 0;
  }

  // Each element of an array on the way gives a tuple of its own; keys at the same array go into the same element.
  tuples(places) {
    const settled = places.map((place) => {
      let { value, rest, at } = place;
      while (rest.length > 0 && isObject(value)) [value, at, rest] = [Object.hasOwn(value, rest[0]) ? value[rest[0]] : MISSING, `${at}.${rest[0]}`, rest.slice(1)];
      return { value, rest, at, open: Array.isArray(value) && !place.done, done: place.done };
    });
    const open = settled.find((place) => place.open);
    if (settled.some((one) => one.value !== null && typeof one.value === "object")) this.notes.add("sort-by-containers");
    if (!open) return [settled.map(({ value, rest, empty, done }) => done === "empty" ? (rest.length === 0 ? MISSING : null) : rest.length > 0 || value === MISSING ? null : value)];
    this.notes.add("sort-by-arrays");
    const elements = open.value.length === 0 ? ["empty"] : open.value;
    return elements.flatMap((element) => this.tuples(settled.map((place) => {
      if (!place.open || place.at !== open.at) return place;
      if (open.value.length === 0) return { ...place, done: "empty", value: null };
      return place.rest.length === 0 || !isObject(element) ? { ...place, value: element, done: true } : { ...place, value: element };
    })));
  }
}

function different(values) {
  const known = new Map();
  for (const value of values) if (!known.has(canonical(value))) known.set(canonical(value), value);
  return [...known.values()];
}

// The double nearest to the exact sum, nearly always: Neumaier's summation, as the manual promises no less.
function sum(numbers) {
  let sum = 0, lost = 0;
  for (const number of numbers) {
    const next = sum + number;
    lost += Math.abs(sum) >= Math.abs(number) ? sum - next + number : number - next + sum;
    sum = next;
  }
  return sum + lost;
}

function plant(tree, [key, ...rest]) {
  if (rest.length === 0) tree[key] = true;
  else plant((tree[key] ??= {}), rest);
}

function put(value, [key, ...rest], put_) {
  const made = isObject(value) ? { ...value } : {};
  made[key] = rest.length === 0 ? put_ : put(made[key], rest, put_);
  return made;
}

function drop(value, [key, ...rest]) {
  const made = { ...value };
  if (rest.length === 0) delete made[key];
  else made[key] = drop(made[key], rest);
  return made;
}
