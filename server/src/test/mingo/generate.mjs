// Makes the vectors: node generate.mjs [seed] [documents] [filters] [folder] [shapes]. See README.md.
import { mkdirSync, writeFileSync } from "node:fs";
import { Query } from "mingo";
import { document } from "./documents.mjs";
import { check, EXCEPTIONS, explain, forMingo } from "./exceptions.mjs";
import { Filters } from "./filters.mjs";
import { projections } from "./projections.mjs";
import { sorts } from "./sorts.mjs";
import { test } from "./manual.mjs";
import { Random } from "./random.mjs";
import { shape, ShapeFilters } from "./shapes.mjs";

const [seed, documentCount, filterCount] = process.argv.slice(2, 5).map(Number);
const folder = process.argv[5] ?? "../resources/mingo";
const random = new Random(seed || 20261121);
const shapes = process.argv[6] === "shapes";
const documents = Array.from({ length: documentCount || 64 }, () => (shapes ? shape : document)(random));
const filters = new (shapes ? ShapeFilters : Filters)(random, documents);
const count = filterCount || 4000;

// Which documents match, as digits of 16: the first document is the highest bit.
const bits = (matches) =>
  Array.from({ length: Math.ceil(matches.length / 4) }, (_, i) =>
    [0, 1, 2, 3].reduce((digit, j) => digit * 2 + (matches[i * 4 + j] ? 1 : 0), 0).toString(16)).join("");

check();
const lines = [];
const seen = new Set();
const because = new Map();
while (lines.length < count) {
  const filter = filters.filter();
  const text = JSON.stringify(filter);
  if (seen.has(text)) continue;
  seen.add(text);
  const manual = documents.map((one) => test(one, filter));
  if ((manual.every((match) => match) || !manual.includes(true)) && !random.chance(4)) continue;
  const query = new Query(forMingo(filter));
  const mingo = documents.map((one) => query.test(one));
  const line = { filter, finds: bits(manual) };
  const reasons = new Set();
  documents.forEach((one, i) => {
    if (mingo[i] !== manual[i]) explain(one, filter).forEach((reason) => reasons.add(reason));
  });
  if (bits(mingo) !== line.finds) {
    line.mingo = bits(mingo);
    line.because = [...reasons].sort();
    line.because.forEach((reason) => because.set(reason, (because.get(reason) ?? 0) + 1));
  }
  lines.push(line);
}

mkdirSync(folder, { recursive: true });
const write = (name, values) => writeFileSync(`${folder}/${name}`, values.map((value) => JSON.stringify(value) + "\n").join(""));
write("documents.jsonl", documents);
write("filters.jsonl", lines);
if (!shapes) write("exceptions.jsonl", EXCEPTIONS.map(({ name, document, filter, manual }) => ({ name, document, filter, manual })));
write("projections.jsonl", projections(random, documents, filters));
write("sorts.jsonl", sorts(random, documents, filters));
console.log(`${lines.length} filters, ${lines.filter((line) => line.mingo).length} where mingo differs:`);
[...because].sort().forEach(([reason, times]) => console.log(`  ${reason}: ${times}`));
