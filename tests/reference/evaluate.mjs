// Reads lines of {expression, input} or {expression, variables}, writes as many lines of {value, depth} or {error}.
//
// `counting: "units"` evaluates as an engine does that counts a text in UTF-16 units; `deepest` is
// where the evaluation ends, counted as the implementation's own time box does, or (`counts:
// "all"`) also where it does not look.

import { createInterface } from "node:readline";
import jsonata from "jsonata";

const compiled = new Map();

function expression(text, counting) {
  const key = `${counting} ${text}`;
  if (!compiled.has(key)) {
    const made = jsonata(text);
    // Step Functions adds it.
    // https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
    made.registerFunction("parse", (text) => JSON.parse(text), "<s:x>");
    if (counting === "units") countUnits(made);
    compiled.set(key, made);
  }
  return compiled.get(key);
}

function countUnits(made) {
  made.registerFunction("length", (text) => text?.length, "<s-:n>");
  made.registerFunction("substring", substring, "<s-nn?:s>");
}

function substring(text, start, length) {
  if (text === undefined) return undefined;
  if (text.length + start < 0) start = 0;
  if (length === undefined) return text.substr(start);
  return length <= 0 ? "" : text.slice(start, start >= 0 ? start + length : text.length + start + length);
}

// The bounds of jsonata-js's own test harness: it does not look into items evaluated side by side.
function watch(made, deepest, counts) {
  const seen = { now: 0, most: 0 };
  const looks = (environment) => counts === "all" || !environment.isParallelCall;
  made.assign(Symbol.for("jsonata.__evaluate_entry"), (_, __, environment) => {
    if (!looks(environment)) return;
    seen.most = Math.max(seen.most, ++seen.now);
    if (deepest && seen.now > deepest) throw new Error(`deeper than ${deepest}`);
  });
  made.assign(Symbol.for("jsonata.__evaluate_exit"), (_, __, environment) => {
    if (looks(environment)) seen.now--;
  });
  return seen;
}

async function result({ expression: text, input, variables, counting, deepest, counts }) {
  try {
    const made = expression(text, counting);
    const seen = watch(made, deepest, counts);
    return { value: await made.evaluate(undefined, variables ?? { states: { input } }), depth: seen.most };
  } catch (error) {
    return { error: `${error.code ?? error.name}: ${error.message}` };
  }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  process.stdout.write(JSON.stringify(await result(JSON.parse(line))) + "\n");
}
