// The picture: three sheets over each other, each drawn again only when what it shows has changed.

import { element } from "../dom.js";
import { drawAxes, linesAbove } from "./axes.js";
import { drawLandscape } from "./landscape.js";
import { placed } from "./layout.js";
import { drawCross, drawDot, drawLabel, drawNames, drawStar, edgeBetween } from "./marks.js";
import { panelsOf } from "./panels.js";
import { colorOn, themeNow } from "./theme.js";
import { cutOff, shadesOf, strokeRim, strokeTrace } from "./trace.js";

const DOTTED = [1, 1.65];
const HANDLE = 20; // pixels: as wide as the handle at the start, and as a star

// Ghosts lie under all, and solid lines under dashed ones: where two are one way, both are seen.
const fromBelow = ([a], [b]) => Boolean(b.ghost) - Boolean(a.ghost) || Boolean(a.dash.length) - Boolean(b.dash.length);

export class Picture {
  /** extras: {panels: functions of a frame and its panels, overlays: functions of a context and a scene}. */
  constructor(extras) {
    this.extras = extras;
    this.ground = element("canvas", { className: "ground" }); // the landscape
    this.frame = element("canvas", { className: "frame" }); // axes
    this.over = element("canvas", { className: "over" }); // lines, dots, marks
    this.root = element("div", { className: "picture" }, this.ground, this.frame, this.over);
    this.over.setAttribute("role", "img");
    this.keys = { ground: "", frame: "" };
  }

  /** Take the width of the page; returns whether there is one, and another than before. */
  measure() {
    const before = [this.width, this.density].join();
    this.width = Math.round(this.root.clientWidth);
    this.density = Math.min(2, window.devicePixelRatio || 1);
    return this.width > 0 && before !== [this.width, this.density].join();
  }

  /** Draw a frame at a step. */
  draw(frame, step) {
    if (!this.width && !this.measure()) return;
    const theme = themeNow();
    const panels = panelsOf(frame);
    for (const change of this.extras.panels) change(frame, panels);
    const place = placed(this.width, panels, (font, panel) => linesAbove(this.frame.getContext("2d"), font, panel));
    Object.assign(this, { panels, place, theme });
    this.fit(place);
    this.drawGround(frame, panels[0]);
    this.drawFrame(panels);
    this.drawOver(frame, step);
  }

  fit({ width, height }) {
    const size = [Math.round(width * this.density), Math.round(height * this.density)];
    if (this.over.width === size[0] && this.over.height === size[1]) return;
    for (const canvas of [this.ground, this.frame, this.over]) [canvas.width, canvas.height] = size;
    this.root.style.height = `${height}px`;
    this.keys = { ground: "", frame: "" };
  }

  drawGround(frame, panel) {
    const key = panel.plane ? [frame.heightsKey, this.width, this.place.height, this.theme.dark].join() : "none";
    if (key === this.keys.ground) return;
    this.keys.ground = key;
    const context = this.clean(this.ground);
    if (panel.plane) drawLandscape(context, this.theme, this.place.font, panel.box, frame.heights());
  }

  drawFrame(panels) {
    const parts = panels.map(({ title, x, y, legend, box }) => [title, x.low, x.high, y.kind, y.low, y.high, legend?.map((e) => e.name), box]); // prettier-ignore
    const key = JSON.stringify([parts, this.theme.dark]);
    if (key === this.keys.frame) return;
    this.keys.frame = key;
    const context = this.clean(this.frame);
    for (const panel of panels) {
      const legend = panel.legend?.map((entry) => ({ ...entry, color: colorOn(this.theme, entry.color), dash: scaled(entry.dash, 2.2) })); // prettier-ignore
      drawAxes(context, this.theme, this.place.font, { ...panel, legend });
    }
  }

  drawOver(frame, step) {
    const context = this.clean(this.over);
    const { panels, theme } = this;
    this.traces = panels.map(() => []);
    panels.forEach((panel, i) => {
      context.save();
      context.beginPath();
      context.rect(panel.box.left, panel.box.top, panel.box.width, panel.box.height);
      context.clip();
      if (panel.plane) this.drawPaths(context, frame, panel, step);
      else this.drawCurves(context, frame, panel, step, i);
      panel.draw?.(context, theme, panel, step);
      context.restore();
    });
    panels.forEach((panel, i) => this.drawDots(context, frame, panel, step, i)); // unclipped: at the last step, too
    for (const panel of panels) panel.labels = panel.plane ? this.placesOf(frame, panel) : [];
    for (const overlay of this.extras.overlays) overlay(context, { frame, step, panels, theme, font: this.place.font, picture: this });
    if (panels[0].plane) this.drawExits(context, frame, panels[0]);
    this.drawMarks(context, frame);
  }

  // The rims of all paths lie under all paths.
  drawPaths(context, frame, panel, step) {
    const lines = frame.all.map((track) => [track, this.pathOf(track, panel)]);
    this.traces[0] = lines.filter(([{ ghost }]) => !ghost).map(([, points]) => points);
    const paths = lines.sort(fromBelow).map(([track, points]) => [points, shadesOf(points, true), track.ghost ? frame.steps : step, this.lookOf(track, 2.2, { dots: true })]);
    if (step < frame.steps) for (const [points, shades, , look] of paths) strokeTrace(context, points, shades, frame.steps, { ...look, alpha: 0.3 });
    for (const path of paths) strokeRim(context, ...path, this.theme.halo);
    for (const path of paths) strokeTrace(context, ...path);
  }

  // Where each run stands, and over that the minima.
  drawDots(context, frame, panel, step, index) {
    if (panel.plane) {
      frame.tracks.forEach((track, i) => this.drawDotAt(context, panel, track, this.traces[0][i], step, 6));
      for (const minimum of frame.problem.minima) drawStar(context, this.theme, this.pixels(panel, minimum), 0.6 * this.place.font);
    } else if (!panel.still) {
      const moving = panel.curves.filter((curve) => !curve.ghost);
      moving.forEach((curve, i) => this.drawDotAt(context, panel, curve, this.traces[index][i], step, index === 1 ? 5 : 4));
    }
  }

  drawCurves(context, frame, panel, step, index) {
    const moving = panel.curves.filter((curve) => !curve.ghost);
    const lines = panel.curves.map((curve) => [curve, this.pointsOf(curve, panel, frame.steps)]);
    this.traces[index] = lines.filter(([{ ghost }]) => !ghost).map(([, points]) => points);
    for (const [curve, points] of lines.sort(fromBelow)) {
      const shades = shadesOf(points);
      const look = this.lookOf(curve, index === 1 ? 2 : 1.8, {});
      if (!curve.ghost && step < frame.steps) strokeTrace(context, points, shades, points.length / 2 - 1, { ...look, alpha: 0.3 });
      strokeTrace(context, points, shades, Math.min(curve.ghost ? frame.steps : step, points.length / 2 - 1), look);
    }
    drawNames(context, this.theme, this.place.font, moving, this.traces[index]);
    if (moving.length && step < frame.steps && !panel.still) this.drawCursor(context, panel, step);
  }

  lookOf({ color, dash, ghost }, width, more) {
    const drawn = ghost ? { color: this.theme.ghost, dash: DOTTED } : { color: colorOn(this.theme, color), dash };
    return { ...drawn, width, ...more };
  }

  drawDotAt(context, { box }, { color }, points, step, radius) {
    const at = 2 * Math.min(step, points.length / 2 - 1);
    const [x, y] = [points[at], points[at + 1]];
    const inside = x >= box.left && x <= box.left + box.width + 0.5 && y >= box.top - 0.5 && y <= box.top + box.height + 0.5;
    if (inside) drawDot(context, this.theme, [x, y], radius, colorOn(this.theme, color));
  }

  drawCursor(context, { box, x }, step) {
    const at = box.left + x.share(step) * box.width;
    context.strokeStyle = this.theme.faint;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(at, box.top);
    context.lineTo(at, box.top + box.height);
    context.stroke();
  }

  drawExits(context, frame, panel) {
    for (const track of frame.tracks) {
      if (track.left < 0) continue;
      const inside = this.pixels(panel, track.record.all(Math.max(track.left - 1, 0), "params"));
      const outside = this.pixels(panel, track.record.all(track.left, "params"));
      const edge = edgeBetween(panel.box, inside, outside.every(Number.isFinite) ? outside : inside);
      drawCross(context, this.theme, edge, 0.4 * this.place.font);
      const who = frame.tracks.length > 1 ? `${track.label} ` : "";
      if (frame.tracks.length < 3) drawLabel(context, this.theme, 0.9 * this.place.font, panel.box, edge, `${who}leaves at step ${track.left}`, this.linesOf(0), panel.labels, false); // prettier-ignore
    }
  }

  drawMarks(context, frame) {
    for (const { text, step, panel } of frame.marks) {
      const { box, labels } = this.panels[panel];
      const points = this.traces[panel][0];
      let at = 2 * Math.min(step, points.length / 2 - 1);
      while (at >= 0 && Number.isNaN(points[at] + points[at + 1])) at -= 2;
      if (at < 0) continue;
      const x = Math.min(Math.max(points[at], box.left), box.left + box.width);
      const y = Math.min(Math.max(points[at + 1], box.top), box.top + box.height);
      drawLabel(context, this.theme, this.place.font, box, [x, y], text, this.linesOf(panel), labels);
    }
  }

  // The boxes of the handle at the start, which lies over all that is drawn, and of the minima.
  placesOf({ start, problem }, panel) {
    return [start, ...problem.minima].map((point) => {
      const [x, y] = this.pixels(panel, point);
      return { left: x - HANDLE / 2, top: y - HANDLE / 2, width: HANDLE, height: HANDLE };
    });
  }

  // All lines of a panel, for labels that should not cover them.
  linesOf(panel) {
    return this.traces[panel].flatMap((points) => [...points, NaN, NaN]);
  }

  /** A point of the plane in pixels of the page. */
  pixels({ box, x, y }, [across, up]) {
    return [box.left + x.share(across) * box.width, box.top + (1 - y.share(up)) * box.height];
  }

  pathOf({ record, diverged }, panel) {
    const last = diverged < 0 ? record.steps : diverged;
    const points = new Float64Array(2 * (record.steps + 1)).fill(NaN);
    for (let step = 0; step <= last; step++) {
      const [x, y] = this.pixels(panel, record.all(step, "params"));
      points[2 * step] = x;
      points[2 * step + 1] = y;
    }
    return cutOff(points, [panel.box.left, panel.box.top]);
  }

  pointsOf({ values, places }, { box, x, y }, steps) {
    const points = new Float64Array(2 * values.length);
    for (let i = 0; i < values.length; i++) {
      points[2 * i] = box.left + x.share(places ? places[i] : i) * box.width;
      points[2 * i + 1] = box.top + (1 - y.share(values[i])) * box.height;
    }
    return cutOff(points, [box.left, box.top]);
  }

  clean(canvas) {
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(this.density, 0, 0, this.density, 0, 0);
    return context;
  }
}

const scaled = (dash, width) => dash.map((length) => length * width);
