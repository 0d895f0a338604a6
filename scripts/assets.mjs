// Copies the few browser files we serve from node_modules to static/vendor/.
//
// There is no bundler: pages load these files as they are, hashed and compressed by WhiteNoise.
// References to source maps are cut, since the maps are not served and hashed static files
// refuse a reference to a file that is not there.
//
// Usage: npm ci && node scripts/assets.mjs

import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(root, "node_modules");
const target = join(root, "static", "vendor");

// [path below node_modules, path below static/vendor]
const files = [
  ["bootstrap/dist/css/bootstrap.min.css", "bootstrap/bootstrap.min.css"],
  ["bootstrap/dist/js/bootstrap.bundle.min.js", "bootstrap/bootstrap.bundle.min.js"],
  ["bootstrap/LICENSE", "bootstrap/LICENSE"],
  ["htmx.org/dist/htmx.min.js", "htmx/htmx.min.js"],
  ["htmx.org/LICENSE", "htmx/LICENSE"],
  ["wavesurfer.js/dist/wavesurfer.esm.js", "wavesurfer/wavesurfer.esm.min.js"],
  ["wavesurfer.js/LICENSE", "wavesurfer/LICENSE"],
  ["chart.js/dist/chart.umd.min.js", "chart/chart.umd.min.js"],
  ["chart.js/LICENSE.md", "chart/LICENSE.md"],
  ["bootstrap-icons/LICENSE", "bootstrap-icons/LICENSE"],
];

// Icons, one SVG each: name an icon here to serve it.
const icons = `
  archive arrow-clockwise arrow-counterclockwise arrow-down arrow-left arrow-left-right arrow-repeat arrow-right
  arrow-up bar-chart bell box-arrow-in-right box-arrow-right box-seam calendar3 chat-left-text check-circle check-lg
  chevron-down chevron-left chevron-right chevron-up circle-half clipboard clock clock-history collection copy cpu
  dash-lg database download envelope exclamation-circle exclamation-triangle eye eye-slash file-earmark-arrow-down
  file-earmark-music filter fingerprint flag folder funnel gear globe graph-up grid headphones hourglass-split house
  inbox info-circle journal-text key keyboard layers link-45deg list list-check list-task lock moon music-note-beamed
  patch-check pause-fill pc-display pencil people person person-plus play-fill plus-lg question-circle search
  shield-check slash-circle sort-down sort-up soundwave star stop-fill sun tags three-dots translate trash upload
  volume-up x-circle x-lg
`.trim().split(/\s+/);

function copy(from, to) {
  const origin = join(source, from);
  if (!existsSync(origin)) {
    console.error(`${from} is missing: run "npm ci" first.`);
    process.exit(1);
  }
  const place = join(staging, to);
  mkdirSync(dirname(place), { recursive: true });
  if (/\.(js|css)$/.test(from)) {
    const text = readFileSync(origin, "utf8");
    writeFileSync(place, text.replace(/\n?(\/\/# sourceMappingURL=\S+|\/\*# sourceMappingURL=\S+ \*\/)\s*$/, "\n"));
  } else {
    cpSync(origin, place);
  }
}

// Written aside and swapped in, so that an interrupted run leaves no half of it behind.
const staging = `${target}.new`;
rmSync(staging, { recursive: true, force: true });
for (const [from, to] of files) copy(from, to);
for (const name of icons) copy(`bootstrap-icons/icons/${name}.svg`, `bootstrap-icons/${name}.svg`);
rmSync(target, { recursive: true, force: true });
renameSync(staging, target);
console.log(`static/vendor: ${files.length} files and ${icons.length} icons.`);
