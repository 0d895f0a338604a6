// The tab Audio of a dataset: uploads, the table, the player.

import { watch as watchPlayer } from "./player.js";
import { refresh, watchChoosing, watchDetails, watchFilters, watchReading } from "./table.js";
import { start } from "./upload.js";

const REFRESH_AT_MOST_EVERY_MS = 2500;

let waiting = 0;
function refreshSoon() {
  waiting ||= setTimeout(() => { waiting = 0; refresh(); }, REFRESH_AT_MOST_EVERY_MS);
}

// A dataset that was empty has nothing to filter; its first files bring the filters in.
document.addEventListener("htmx:afterSettle", () => {
  if (document.querySelector("#audio-table tbody tr")) document.getElementById("filters").hidden = false;
});

const panel = document.getElementById("upload");
if (panel) start(panel, { onDone: refreshSoon });
watchPlayer(document.getElementById("player"));
watchChoosing();
watchReading();
watchFilters();
watchDetails(document.getElementById("audio-details"));
