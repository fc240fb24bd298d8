// Bundles into the folder given: `widget` the explorers' own front-end, as one module and one stylesheet; `vendor` what
// pages load from third parties, each part beside its licences, and the search, which is made with one.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
/** The package that a bundled file belongs to: "d3-format", "@plotly/d3". */
function packageOf(file) {
  const [scope, name] = file.split("node_modules/").at(-1).split("/");
  return scope.startsWith("@") ? `${scope}/${name}` : scope;
}

/** One text with the licence of every package, since each asks to travel with the code. */
function licences(packages) {
  return packages.map((name) => {
    const folder = join(modules, name);
    const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const author = about.author?.name ?? about.author ?? "its authors";
    const text = file ? readFileSync(join(folder, file), "utf8").trim() : `Copyright: ${author}`;
    return `${name} ${about.version} (${about.license})\n\n${text}\n`;
  });
}

async function bundlePlotly(folder) {
  const { metafile } = await build({
    entryPoints: [join(here, "plotly.js")],
    outfile: join(folder, "plotly.js"),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none", // all licences stand in LICENSE.txt
    metafile: true,
    absWorkingDir: here,
    define: { global: "globalThis" },
    loader: { ".css": "empty" }, // MapLibre's stylesheet, for maps that the book does not draw
  });
  const files = Object.keys(metafile.inputs).filter((file) => file.includes("node_modules/"));
  const packages = [...new Set(files.map(packageOf))].sort();
  writeFileSync(join(folder, "LICENSE.txt"), licences(packages).join(`\n${"-".repeat(80)}\n\n`));
}

function copyKatex(folder) {
  const dist = join(modules, "katex", "dist");
  cpSync(join(dist, "katex.min.css"), join(folder, "katex.min.css"));
  // The stylesheet names older formats after WOFF2; no browser in use gets that far.
  mkdirSync(join(folder, "fonts"), { recursive: true });
  for (const font of readdirSync(join(dist, "fonts")).filter((file) => file.endsWith(".woff2"))) {
    cpSync(join(dist, "fonts", font), join(folder, "fonts", font));
  }
  writeFileSync(join(folder, "LICENSE.txt"), licences(["katex"]).join("\n"));
}

function copyReveal(folder) {
  const dist = join(modules, "reveal.js", "dist");
  cpSync(join(dist, "reveal.mjs"), join(folder, "reveal.js")); // .mjs is sent by many hosts as no script
  cpSync(join(dist, "reveal.css"), join(folder, "reveal.css"));
  writeFileSync(join(folder, "LICENSE.txt"), licences(["reveal.js"]).join("\n"));
}

/** One module that anywidget and pages import, and its styles beside it; small, for a saved notebook holds a copy of
 * both for each of its explorers. The module comes last: it is what make compares with the sources. */
async function bundleWidget(folder) {
  const shared = {
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    absWorkingDir: here,
  };
  for (const [from, to] of [
    ["explorer.css", "widget.css"],
    ["explorer.js", "widget.js"],
  ])
    await build({ ...shared, entryPoints: [join(here, "explorer", from)], outfile: join(folder, to) });
}

/** The search, which brings MiniSearch; classic scripts, for a page that is opened as a file runs no modules. */
async function bundleSearch(folder) {
  const home = join(here, "search");
  const shared = { bundle: true, minify: true, format: "iife", target: "es2022", charset: "utf8" };
  for (const name of ["open.js", "search.js", "search.css"])
    await build({
      ...shared,
      entryPoints: [join(home, name)],
      outfile: join(folder, name),
      absWorkingDir: here,
    });
  writeFileSync(join(folder, "LICENSE.txt"), licences(["minisearch"]).join("\n"));
}

async function bundleVendor(folder) {
  for (const part of ["plotly", "katex", "reveal", "search"]) {
    rmSync(join(folder, part), { recursive: true, force: true });
    mkdirSync(join(folder, part), { recursive: true });
  }
  await bundlePlotly(join(folder, "plotly"));
  copyKatex(join(folder, "katex"));
  copyReveal(join(folder, "reveal"));
  await bundleSearch(join(folder, "search"));
}

const PARTS = { widget: bundleWidget, vendor: bundleVendor };
const [part, folder] = process.argv.slice(2);
if (!folder || !(part in PARTS))
  throw new Error("usage: node build.js widget|vendor FOLDER (where the bundles go)");
await PARTS[part](resolve(folder));
