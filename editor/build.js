// npm ci && npm run build: bundles TipTap for the editor page, with the licences of all that is in it and a hash that a test compares.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const TARGET = process.env.TARGET ?? "../lms/base/static/write";
const BUNDLE = "10-tiptap.js";

const made = await build({
  entryPoints: ["tiptap.js"],
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "TipTap",
  target: ["chrome109", "firefox115"],
  legalComments: "none",
  charset: "utf8",
  metafile: true,
  write: false,
});
const bundle = made.outputFiles[0].contents;
const packages = [...new Set(Object.keys(made.metafile.inputs).map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]).filter(Boolean))].sort();

function licenceOf(name) {
  const folder = join("node_modules", name);
  const said = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  if (!file) throw new Error(`${name}: no licence`);
  return { title: `${name} ${said.version} (${said.license})`, text: readFileSync(join(folder, file), "utf8").trim() };
}

const texts = new Map();
for (const name of packages) {
  const { title, text } = licenceOf(name);
  texts.set(text, [...(texts.get(text) ?? []), title]);
}
writeFileSync(join(TARGET, BUNDLE), bundle);
writeFileSync(join(TARGET, "LICENCES.txt"), [...texts].map(([text, titles]) => `${titles.join("\n")}\n\n${text}\n`).join(`\n${"-".repeat(80)}\n\n`));
writeFileSync(join(TARGET, "SHA256"), `${createHash("sha256").update(bundle).digest("hex")}  ${BUNDLE}\n`);
console.log(`${packages.length} packages, ${bundle.length} bytes`);
