// Makes the vectors of pipelines: node pipelines.mjs [seed] [documents] [pipelines] [folder]. See README.md.
import { mkdirSync, writeFileSync } from "node:fs";
import { Aggregator, Query } from "mingo";
import { machine } from "./machines.mjs";
import { canonical, Pipeline } from "./manual-pipeline.mjs";
import { test } from "./manual.mjs";
import { Random } from "./random.mjs";

const [seed, documentCount, pipelineCount] = process.argv.slice(2, 5).map(Number);
const folder = process.argv[5] ?? "../resources/mingo";
const random = new Random(seed || 20261121);
const documents = Array.from({ length: documentCount || 24 }, (_, i) => ({ mercury_id: `01${String(i).padStart(40, "0")}`, ...machine(random) }));
const LONGEST = 900;

// Paths that lead to a value (or to an array of them), and those of arrays.
const SCALARS = ["dmi.sys_vendor", "dmi.product_serial", "dmi.bios_version", "mem.MemTotal", "cpu.cores", "cpu.model_name", "interfaces.driver", "interfaces.mtu",
  "os_storage.size", "os_storage.media_type", "interfaces.lldp.switch_name", "odd", "odd.x", "other", "mercury_id", "dmi", "mem", "nothing", "dmi.nothing"];
const ARRAYS = ["cpu", "interfaces", "os_storage", "cpu.flags", "interfaces.address_info", "mem.dimms", "dmi.slots", "odd", "other", "nothing", "dmi.sys_vendor", "dmi", "odd.x"];
const CONSTANTS = [1, 0, 2.5, "text", true, null];

// What the documents look like at this place of the pipeline: unwound paths are single, after a group there are new ones.
class Scene {
  constructor() {
    this.paths = SCALARS;
    this.arrays = ARRAYS;
  }
}

const dollar = (path) => `$${path}`;

function expression(scene, depth = 2) {
  switch (random.below(depth > 0 ? 9 : 5)) {
    case 0: return random.one(CONSTANTS);
    case 1: case 2: case 3: case 4: return dollar(random.one(scene.paths));
    case 5: return { [random.one(["$sum", "$avg", "$min", "$max"])]: dollar(random.one(scene.paths)) };
    case 6: return { $ifNull: [expression(scene, depth - 1), expression(scene, 0)] };
    case 7: return { a: expression(scene, depth - 1), b: expression(scene, depth - 1) };
    default: return { $size: { $ifNull: [{ $literal: [1, 2] }, []] } };
  }
}

function groupId(scene) {
  switch (random.below(6)) {
    case 0: return null;
    case 1: return { a: dollar(random.one(scene.paths)), b: dollar(random.one(scene.paths)) };
    case 2: return expression(scene);
    default: return dollar(random.one(scene.paths));
  }
}

function group(scene) {
  const stage = { _id: groupId(scene) };
  const count = random.below(4);
  for (let i = 0; i < count; i++) {
    const operator = random.one(["$sum", "$sum", "$avg", "$min", "$max", "$addToSet", "$first", "$last", "$push"]);
    stage[`f${i}`] = { [operator]: random.chance(4) ? expression(scene) : operator === "$sum" && random.chance(2) ? 1 : dollar(random.one(scene.paths)) };
  }
  scene.paths = ["_id", "_id", "_id.a", "_id.b", ...Object.keys(stage).slice(1)];
  scene.arrays = [...Object.keys(stage).slice(1), "_id"];
  return { $group: stage };
}

// In a $project 1, 0, true and false say whether a field is shown.
const value = (made) => typeof made === "number" || typeof made === "boolean" ? { $literal: made }
  : made !== null && typeof made === "object" && !Object.keys(made)[0].startsWith("$") ? Object.fromEntries(Object.entries(made).map(([key, below]) => [key, value(below)]))
  : made;

function project(scene) {
  const stage = {};
  const kind = random.below(3);
  const count = 1 + random.below(3);
  for (let i = 0; i < count; i++) {
    const path = random.one(scene.paths);
    if (Object.keys(stage).some((known) => known.startsWith(path) || path.startsWith(known)) || path === "mercury_id" || path.startsWith("_id")) continue;
    if (kind === 0) stage[path] = 0;
    else if (kind === 1) stage[path] = 1;
    else stage[`n${i}`] = value(expression(scene));
  }
  if (Object.keys(stage).length === 0) return null;
  if (kind === 2) scene.paths = Object.keys(stage);
  if (kind > 0) stage.mercury_id = 1;
  return { $project: stage };
}

function sort(scene) {
  const stage = {};
  for (let i = 0; i <= random.below(2); i++) stage[random.one(scene.paths)] = random.one([1, -1]);
  return { $sort: stage };
}

function unwind(scene) {
  const path = random.one(scene.arrays);
  if (random.chance(2)) return { $unwind: dollar(path) };
  const stage = { path: dollar(path) };
  if (random.chance(2)) stage.includeArrayIndex = random.one(["n", "at.n"]);
  if (random.chance(2)) stage.preserveNullAndEmptyArrays = random.chance(2);
  return { $unwind: stage };
}

// What filters find has vectors of its own; these are ones that nobody reads otherwise.
function match(scene) {
  const path = random.one(scene.paths);
  const value = random.one([1, 0, 16, 5, "HPE", "Dell Inc.", true]);
  return { $match: { [path]: random.one([value, { $gt: 5 }, { $lte: "H" }, { $in: [value, 5, "ixgbe"] }]) } };
}

const STAGES = [group, group, project, sort, unwind, unwind, match, (scene) => ({ $limit: 1 + random.below(12) }), (scene) => ({ $skip: random.below(4) }),
  () => ({ $count: "n" })];

function pipeline() {
  const scene = new Scene();
  const stages = [];
  const length = 1 + random.below(4);
  while (stages.length < length) {
    const stage = random.one(STAGES)(scene);
    if (stage === null) continue;
    stages.push(stage);
    if (stage.$count) break;
  }
  return stages;
}

const lines = [];
const seen = new Set();
const because = new Map();
const unexplained = [];
let differing = 0;
while (lines.length < (pipelineCount || 3000)) {
  const stages = pipeline();
  const text = JSON.stringify(stages);
  if (seen.has(text)) continue;
  seen.add(text);
  const manual = new Pipeline((document, filter) => {
    const found = test(document, filter);
    if (found !== new Query(filter).test(document)) manual.notes.add("filters");
    return found;
  });
  const items = manual.run(documents, stages);
  const vector = { pipeline: stages, items };
  let mingo;
  try {
    mingo = canonical(new Aggregator(structuredClone(stages)).run(structuredClone(documents)));
  } catch (problem) {
    mingo = String(problem);
  }
  if (mingo !== canonical(items)) {
    vector.because = [...manual.notes].sort();
    if (vector.because.length === 0) unexplained.push(`${text}\n  manual ${canonical(items)}\n  mingo  ${mingo}`);
    if (random.chance(2)) continue;
  }
  const line = JSON.stringify(vector);
  if (line.length > LONGEST || (items.length === 0 && !random.chance(10))) continue;
  lines.push(line);
  vector.because?.forEach((reason) => because.set(reason, (because.get(reason) ?? 0) + 1));
  differing += vector.because ? 1 : 0;
}
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/pipeline-documents.jsonl`, documents.map((one) => JSON.stringify(one) + "\n").join(""));
writeFileSync(`${folder}/pipelines.jsonl`, lines.map((line) => line + "\n").join(""));
console.log(`${lines.length} pipelines, ${differing} where mingo differs:`);
[...because].sort().forEach(([reason, times]) => console.log(`  ${reason}: ${times}`));
if (unexplained.length > 0) {
  console.error(`${unexplained.length} differences that nobody explains, such as\n${unexplained.slice(0, 5).join("\n")}`);
  process.exitCode = 1;
}
