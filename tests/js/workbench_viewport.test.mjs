import assert from "node:assert/strict";
import { test } from "node:test";

import {
  MIN_SPAN_MS, centreOn, clampView, endOf, fit, frame, msAt, pageTo, panBy, reveal, ticks, xOf, zoomAt,
} from "../../static/workbench/viewport.js";

const HOUR = 3_600_000;

test("zooming keeps the moment under the pointer where it is", () => {
  let view = fit(HOUR);
  for (let i = 0; i < 30; i += 1) {
    const ms = msAt(view, 300, 920);
    view = zoomAt(view, 1.3, ms, HOUR);
    assert.ok(Math.abs(xOf(view, ms, 920) - 300) < 1e-6);
  }
  assert.ok(view.spanMs < 2000);
});

test("zooming stops at the shortest span and at the whole file", () => {
  assert.equal(zoomAt(fit(HOUR), 1e9, 1000, HOUR).spanMs, MIN_SPAN_MS);
  assert.deepEqual(zoomAt({ startMs: 5000, spanMs: 100 }, 1e-9, 5050, HOUR), fit(HOUR));
});

test("the view never leaves the file, not even one shorter than the shortest span", () => {
  assert.deepEqual(panBy({ startMs: 10, spanMs: 100 }, -500, 1000), { startMs: 0, spanMs: 100 });
  assert.deepEqual(panBy({ startMs: 10, spanMs: 100 }, 5000, 1000), { startMs: 900, spanMs: 100 });
  assert.deepEqual(clampView({ startMs: 3, spanMs: 1 }, 12), { startMs: 0, spanMs: 12 });
});

test("the page turns only when the moment is out of view", () => {
  const view = { startMs: 1000, spanMs: 1000 };
  assert.equal(pageTo(view, 1500, HOUR), view);
  assert.deepEqual(pageTo(view, 2001, HOUR), { startMs: 1951, spanMs: 1000 });
  assert.deepEqual(pageTo(view, 900, HOUR), { startMs: 400, spanMs: 1000 });
});

test("revealing a region moves the view as little as it must", () => {
  const view = { startMs: 1000, spanMs: 1000 };
  assert.equal(reveal(view, 1100, 1900, HOUR), view);
  assert.deepEqual(reveal(view, 5000, 5200, HOUR), centreOn(view, 5100, HOUR));
  const wide = reveal(view, 5000, 9000, HOUR);
  assert.ok(wide.startMs < 5000 && endOf(wide) > 9000);
  assert.deepEqual(frame(0, HOUR, HOUR), fit(HOUR));
});

test("ruler marks lie at round times, far enough apart, all in view", () => {
  for (const spanMs of [40, 700, 9_800, 64_120, HOUR, 10 * HOUR]) {
    const view = { startMs: 123.4, spanMs };
    const { stepMs, times } = ticks(view, 920);
    assert.ok((stepMs / spanMs) * 920 >= 76);
    assert.ok(times.length >= 1, String(spanMs));
    for (const ms of times) assert.ok(ms % stepMs === 0 && ms >= view.startMs && ms <= endOf(view));
  }
});
