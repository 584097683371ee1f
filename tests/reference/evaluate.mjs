// Reads lines of {expression, input}, writes as many lines of {value} or {error}.

import { createInterface } from "node:readline";
import jsonata from "jsonata";

const compiled = new Map();

function expression(text) {
  if (!compiled.has(text)) compiled.set(text, jsonata(text));
  return compiled.get(text);
}

async function result({ expression: text, input }) {
  try {
    return { value: await expression(text).evaluate(undefined, { states: { input } }) };
  } catch (error) {
    return { error: `${error.code ?? error.name}: ${error.message}` };
  }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  process.stdout.write(JSON.stringify(await result(JSON.parse(line))) + "\n");
}
