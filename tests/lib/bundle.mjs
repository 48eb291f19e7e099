// Small programs of `frameworks/` with what they import, as one script and one sheet.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { compile } from "svelte/compiler";
import { ROOT } from "./servers.mjs";

const svelte = {
  name: "svelte",
  setup: ({ onLoad }) => onLoad({ filter: /\.svelte$/ }, ({ path }) => ({ contents: compile(readFileSync(path, "utf8"), { filename: path, css: "injected" }).js.code, loader: "js" })),
};

// entries: file names in `frameworks/`. Gives path → [type, text], by the name without its end.
export async function bundle(entries) {
  const made = await build({
    entryPoints: entries.map((name) => ({ in: join(ROOT, "tests/frameworks", name), out: name.split(".")[0] })),
    bundle: true, write: false, format: "esm", outdir: "/", jsx: "automatic", logLevel: "error", minify: true,
    define: { "process.env.NODE_ENV": '"production"', __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" },
    loader: { ".svg": "dataurl", ".woff2": "dataurl" }, plugins: [svelte], conditions: ["browser", "svelte"],
  });
  return Object.fromEntries(made.outputFiles.map((file) => [file.path, [file.path.endsWith(".css") ? "text/css" : "text/javascript", file.text]]));
}
