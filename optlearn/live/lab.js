// The browser side of the lab. The kernel sends, for every slider, the lines of all its stops; a drag
// only picks one of them and strokes it over the picture. So a drag never waits for the kernel.

const GAP = -32768; // a point that is not a finite number
const SETTLED = 80; // milliseconds without a move after which the other sliders' lines are asked for
const PLAYING = 6000; // milliseconds to play a run from start to end
const PATIENCE = 5000; // milliseconds without an answer after which the reader is told

function render({ model, el }) {
  let scene = model.get("scene");
  let blocks = {}; // unpacked: for each slider, and for "" the present run
  let received = null; // what they were unpacked from
  let position = { ...model.get("position") };
  let start = [...scene.start];
  let active = ""; // the slider moved last
  let shown = null; // { block, stop } on screen
  let asked = model.get("answered");
  let dirty = false; // moved since the last request
  let nextStart = null; // where the start was dragged to while a request was under way
  let timer = null;
  let silence = null; // runs while the kernel owes an answer that the picture waits for
  let playing = null;

  // ---- the page -------------------------------------------------------------------------------

  const root = element("div", { className: "optlearn-lab" });
  const sliders = element("div", { className: "sliders" });
  const picture = element("div", { className: "picture" });
  const image = element("img", { alt: "" });
  const under = element("canvas", { className: "under" });
  const canvas = element("canvas", { className: "over" });
  const handle = element("button", { className: "start", type: "button" });
  const play = element("button", { type: "button", className: "play" });
  const scrubber = element("input", { type: "range", min: 0, className: "scrubber" });
  const stepLabel = element("span", { className: "step" });
  const problems = element("select", { className: "problem" });
  const pin = element("button", { type: "button", className: "pin" });
  const reset = element("button", { type: "button", className: "reset", textContent: "reset" });
  const status = element("p", { className: "text" });
  const notes = element("div", { className: "notes" });
  const alert = element("p", { className: "alert" });
  scrubber.setAttribute("aria-label", "step");
  problems.setAttribute("aria-label", "problem");
  status.setAttribute("role", "status");
  notes.setAttribute("role", "status");
  alert.setAttribute("role", "alert");
  picture.append(image, under, canvas, handle);
  const player = element("div", { className: "player" });
  player.append(play, scrubber, stepLabel, problems, pin, reset);
  root.append(sliders, picture, player, status, notes, alert);
  el.append(root);

  const inputs = {};

  function buildSliders() {
    const names = scene.sliders.map((slider) => slider.name);
    if (names.join() !== Object.keys(inputs).join()) {
      for (const name of Object.keys(inputs)) delete inputs[name];
      sliders.replaceChildren(...scene.sliders.map(buildSlider));
    }
    scene.sliders.forEach(({ name, stops }) => {
      inputs[name].stops = stops;
      inputs[name].range.max = stops.length - 1;
      showSlider(name);
    });
  }

  function buildSlider({ name, symbol }) {
    const range = element("input", { type: "range", min: 0, step: 1 });
    const value = element("span", { className: "value" });
    const label = element("label", { className: "slider" });
    const words = element("span", { className: "name" });
    const breakable = name.replaceAll("_", "_\u200b"); // a long name may go on in the next line
    words.append(element("b", { textContent: symbol }), ` ${symbol === name ? "" : breakable}`);
    label.append(words, range, value);
    range.setAttribute("aria-label", name);
    range.dataset.name = name;
    range.addEventListener("input", () => move(name, Number(range.value)));
    range.addEventListener("change", settle);
    inputs[name] = { range, value, stops: [] };
    return label;
  }

  function showSlider(name) {
    const { range, value, stops } = inputs[name];
    const label = stops[position[name]];
    range.value = position[name];
    value.textContent = label;
    range.setAttribute("aria-valuetext", label);
  }

  // ---- moving a slider ------------------------------------------------------------------------

  function move(name, stop) {
    active = name;
    position[name] = stop;
    dirty = true;
    showSlider(name);
    draw();
    clearTimeout(timer);
    timer = setTimeout(settle, SETTLED);
  }

  function settle() {
    clearTimeout(timer);
    if (dirty) ask({});
  }

  function ask(request) {
    dirty = false;
    asked = Math.max(asked, model.get("ask").id ?? 0) + 1;
    model.set("ask", { id: asked, position: { ...position }, ...request });
    model.save_changes();
    showSettled();
  }

  // Whether every wish has been sent and answered, and the answer is on screen: tests wait for it.
  function showSettled() {
    const answered = !dirty && !nextStart && model.get("answered") >= asked;
    root.dataset.settled = answered && received === model.get("blocks");
  }

  // The stop of a block that is the state of all sliders now, or null if the block is of another state.
  function stopNow(name) {
    const block = blocks[name];
    if (!block) return null;
    const same = Object.entries(block.others).every(([other, stop]) => position[other] === stop);
    return same ? (name === "" ? 0 : position[name]) : null;
  }

  function choose() {
    for (const name of [active, "", ...Object.keys(blocks)]) {
      const stop = stopNow(name);
      if (stop !== null) return { block: blocks[name], stop };
    }
    return null;
  }

  // ---- drawing --------------------------------------------------------------------------------

  function draw() {
    const choice = choose();
    showWaiting(choice === null);
    showSettled();
    shown = choice ?? shown; // until the kernel answers, what was there stays there
    if (!shown) return;
    const { block, stop } = shown;
    if (status.textContent !== block.texts[stop]) status.textContent = block.texts[stop];
    const step = Number(scrubber.value);
    const context = canvas.getContext("2d");
    const scale = canvas.width / scene.width;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.lineJoin = "round";
    drawLandscape(block, stop);
    const ghost = ghostRows();
    const rows = { data: block.data, from: stop * block.rows * (scene.steps + 1) };
    scene.panels.forEach((box, panel) => {
      context.save();
      context.beginPath();
      context.rect(...box);
      context.clip();
      const lines = scene.lines.filter((line) => line.panel === panel);
      if (ghost) for (const line of lines) stroke(context, line, ghost, scene.steps, { ...scene.ghost, alpha: 1 });
      for (const line of lines) {
        if (line.fixed) {
          stroke(context, line, rows, scene.steps, { ...line, alpha: 1 });
          continue;
        }
        if (line.x >= 0) stroke(context, line, rows, step, { color: "white", linestyle: "-", alpha: 0.8, more: 4 });
        if (step < scene.steps) stroke(context, line, rows, scene.steps, { ...line, alpha: 0.25 });
        stroke(context, line, rows, step, { ...line, alpha: 1 });
      }
      const moving = lines.filter((line) => !line.fixed);
      if ((panel > 0 || !scene.plane) && moving.length && step < scene.steps) drawCursor(context, box, step);
      for (const line of lines) if (line.fixed !== "line") drawDot(context, line, rows, step);
      context.restore();
    });
    const paths = scene.lines.filter((line) => line.panel === 0);
    block.left[stop].forEach((step, track) => step >= 0 && drawExit(context, paths[track], rows, step, paths.length < 3));
    for (const mark of marksAt(block, stop)) drawMark(context, rows, mark);
    placeStart();
  }

  function showWaiting(waiting) {
    if (waiting === root.classList.contains("waiting")) return;
    root.classList.toggle("waiting", waiting);
    clearTimeout(silence);
    if (waiting) silence = setTimeout(() => (alert.textContent = "No answer from the kernel yet. Is it busy, or gone?"), PATIENCE);
    else showAlert();
  }

  function pointOf(line, rows, step) {
    const at = (row) => rows.data[rows.from + row * (scene.steps + 1) + step];
    const [left, , width] = scene.panels[line.panel];
    const y = at(line.y);
    const x = line.x < 0 ? 0 : at(line.x);
    if (x === GAP || y === GAP) return null;
    return [line.x < 0 ? left + (step * width) / scene.steps : x / scene.fixedPoint, y / scene.fixedPoint];
  }

  function stroke(context, line, rows, until, { color, linestyle, alpha, more = 0 }) {
    const pixels = (points) => (points * scene.dpi) / 72;
    const width = line.width + more / 2;
    context.globalAlpha = alpha;
    context.strokeStyle = color;
    context.lineWidth = pixels(width);
    context.setLineDash(scene.dashes[linestyle].map((length) => pixels(length * width)));
    context.beginPath();
    let pen = false;
    for (let step = 0; step <= until; step++) {
      const point = pointOf(line, rows, step);
      if (point) context[pen ? "lineTo" : "moveTo"](...point);
      pen = point !== null;
    }
    context.stroke();
    context.globalAlpha = 1;
    context.setLineDash([]);
  }

  function drawDot(context, line, rows, step) {
    const point = pointOf(line, rows, step);
    if (!point) return;
    context.beginPath();
    context.arc(...point, line.x >= 0 || line.panel === 1 ? 11 : 8, 0, 2 * Math.PI);
    context.fillStyle = line.color;
    context.fill();
    context.lineWidth = 3;
    context.strokeStyle = "white";
    context.stroke();
  }

  function drawCursor(context, [left, top, width, height], step) {
    context.strokeStyle = "#999999";
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(left + (step * width) / scene.steps, top);
    context.lineTo(left + (step * width) / scene.steps, top + height);
    context.stroke();
  }

  // Where the path leaves the picture: a cross at the edge, and the step.
  function drawExit(context, line, rows, step, labelled) {
    const [left, top, width, height] = scene.panels[0];
    const inside = (pointOf(line, rows, Math.max(step - 1, 0)) ?? [left, top]).map(Number);
    const outside = pointOf(line, rows, step);
    let [x, y] = inside;
    if (outside) {
      const [dx, dy] = [outside[0] - x, outside[1] - y];
      const reach = (d, from, low, high) => (d > 0 ? (high - from) / d : d < 0 ? (low - from) / d : Infinity);
      const t = Math.max(0, Math.min(1, reach(dx, x, left, left + width), reach(dy, y, top, top + height)));
      [x, y] = [x + t * dx, y + t * dy];
    }
    const size = 12;
    context.lineWidth = 5;
    context.strokeStyle = "black";
    context.beginPath();
    for (const [a, b] of [[-1, -1], [-1, 1]]) {
      context.moveTo(x + a * size, y + b * size);
      context.lineTo(x - a * size, y - b * size);
    }
    context.stroke();
    if (!labelled) return;
    context.font = "32px sans-serif";
    context.textAlign = x > left + width / 2 ? "right" : "left";
    context.textBaseline = y > top + height / 2 ? "bottom" : "top";
    const [tx, ty] = [x + (x > left + width / 2 ? -20 : 20), y + (y > top + height / 2 ? -14 : 14)];
    context.strokeStyle = "white";
    context.lineWidth = 6;
    context.strokeText(`leaves at step ${step}`, tx, ty);
    context.fillStyle = "black";
    context.fillText(`leaves at step ${step}`, tx, ty);
  }

  // What there is to say at this stop: what was pointed out here, and where two tracks part.
  function marksAt(block, stop) {
    const here = { ...block.others };
    const name = Object.keys(blocks).find((key) => blocks[key] === block);
    if (name) here[name] = stop;
    else Object.assign(here, position);
    const marks = scene.marks.filter((mark) => Object.keys(mark.position).every((key) => mark.position[key] === here[key]));
    const step = block.parted[stop];
    return step < 0 ? marks : [...marks, { text: `they part at step ${step}`, step, panel: 1 }];
  }

  // A ring around a point, a line, and a label that stays inside the panel.
  function drawMark(context, rows, mark) {
    const [left, top, width, height] = scene.panels[mark.panel];
    const line = scene.lines.find((each) => each.panel === mark.panel);
    let point = null;
    for (let step = mark.step; !point && step >= 0; step--) point = pointOf(line, rows, step);
    if (!point) return;
    const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
    const [x, y] = [clamp(point[0], left, left + width), clamp(point[1], top, top + height)];
    context.font = "600 30px system-ui, sans-serif";
    const [boxWidth, boxHeight] = [context.measureText(mark.text).width + 28, 50];
    const across = x > left + width / 2 ? -1 : 1;
    const down = y > top + height / 2 ? -1 : 1;
    const boxLeft = clamp(across > 0 ? x + 40 : x - 40 - boxWidth, left + 6, left + width - boxWidth - 6);
    const boxTop = clamp(y + down * 90 - boxHeight / 2, top + 6, top + height - boxHeight - 6);
    context.lineWidth = 3;
    context.strokeStyle = context.fillStyle = "black";
    context.beginPath();
    context.arc(x, y, 18, 0, 2 * Math.PI);
    context.moveTo(x, y + down * 18);
    context.lineTo(clamp(x, boxLeft, boxLeft + boxWidth), down > 0 ? boxTop : boxTop + boxHeight);
    context.stroke();
    context.beginPath();
    context.roundRect(boxLeft, boxTop, boxWidth, boxHeight, 8);
    context.fillStyle = "white";
    context.fill();
    context.stroke();
    context.fillStyle = "black";
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.fillText(mark.text, boxLeft + 14, boxTop + boxHeight / 2);
  }

  function ghostRows() {
    const view = model.get("pinned").data;
    return view ? { data: new Int16Array(view.buffer, view.byteOffset, view.byteLength / 2), from: 0 } : null;
  }

  // A landscape that changes with the slider: heights on a coarse grid, made smooth, then cut into bands.
  function drawLandscape(block, stop) {
    const key = block.landscapes ? `${block.key}/${stop}` : "";
    if (under.dataset.key === key) return;
    under.dataset.key = key;
    const context = under.getContext("2d");
    context.clearRect(0, 0, under.width, under.height);
    if (!key) return;
    const [width, height, grid] = [under.width, under.height, scene.grid];
    const picture = context.createImageData(width, height);
    const colors = new Uint32Array(scene.bands.map((color) => 0xff000000 | reversed(parseInt(color.slice(1), 16))));
    const target = new Uint32Array(picture.data.buffer);
    const heights = block.landscapes.subarray(stop * grid * grid, (stop + 1) * grid * grid);
    const column = Array.from({ length: width }, (_, x) => (x / (width - 1)) * (grid - 1.001));
    for (let y = 0; y < height; y++) {
      const v = (1 - y / (height - 1)) * (grid - 1.001);
      const [row, up] = [Math.floor(v) * grid, v % 1];
      for (let x = 0; x < width; x++) {
        const i = row + Math.floor(column[x]);
        const right = column[x] % 1;
        const low = heights[i] + (heights[i + 1] - heights[i]) * right;
        const high = heights[i + grid] + (heights[i + grid + 1] - heights[i + grid]) * right;
        target[y * width + x] = colors[Math.min(colors.length - 1, Math.floor(((low + (high - low) * up) / 255) * colors.length))];
      }
    }
    context.putImageData(picture, 0, 0);
    for (const point of scene.minima) drawStar(context, toPixels(point), width / scene.panels[0][2]);
  }

  function drawStar(context, [x, y], scale) {
    const [left, top] = scene.panels[0];
    context.beginPath();
    for (let i = 0; i < 10; i++) {
      const [radius, angle] = [(i % 2 ? 8.5 : 21) * scale, (i * Math.PI) / 5 - Math.PI / 2];
      context.lineTo((x - left) * scale + radius * Math.cos(angle), (y - top) * scale + radius * Math.sin(angle));
    }
    context.closePath();
    context.fillStyle = "white";
    context.fill();
    context.lineWidth = 3 * scale;
    context.stroke();
  }

  // ---- the start ------------------------------------------------------------------------------

  function toPixels([x, y]) {
    const [left, top, width, height] = scene.panels[0];
    const [[x0, x1], [y0, y1]] = scene.bounds;
    return [left + ((x - x0) / (x1 - x0)) * width, top + ((y1 - y) / (y1 - y0)) * height];
  }

  function toPoint(event) {
    const frame = canvas.getBoundingClientRect();
    const scale = scene.width / frame.width;
    const [left, top, width, height] = scene.panels[0];
    const [[x0, x1], [y0, y1]] = scene.bounds;
    const across = ((event.clientX - frame.left) * scale - left) / width;
    const down = ((event.clientY - frame.top) * scale - top) / height;
    return { across, down, point: [x0 + across * (x1 - x0), y1 - down * (y1 - y0)] };
  }

  function placeStart() {
    handle.hidden = !scene.plane;
    if (!scene.plane) return;
    const [x, y] = toPixels(start);
    handle.style.left = `${(100 * x) / scene.width}%`;
    handle.style.top = `${(100 * y) / scene.height}%`;
    const point = scene.names.map((name, i) => `${name} = ${start[i].toPrecision(3)}`).join(", ");
    handle.setAttribute("aria-label", `start at ${point}; arrow keys move it`);
  }

  function moveStart(point, dragging) {
    start = point.map((value, i) => Math.min(Math.max(value, scene.bounds[i][0]), scene.bounds[i][1]));
    placeStart();
    nextStart = { start, dragging };
    sendStart();
  }

  function sendStart() {
    if (!nextStart || model.get("answered") < asked) return; // the latest wins, when the kernel is free
    const request = nextStart;
    nextStart = null;
    ask(request);
  }

  function grab(event) {
    if (!scene.plane) return;
    const { across, down } = toPoint(event);
    if (event.button !== 0 || across < 0 || across > 1 || down < 0 || down > 1) return;
    event.preventDefault();
    handle.focus();
    picture.setPointerCapture(event.pointerId);
    moveStart(toPoint(event).point, true);
    picture.onpointermove = (moved) => moveStart(toPoint(moved).point, true);
    picture.onpointerup = picture.onpointercancel = (up) => {
      picture.onpointermove = picture.onpointerup = picture.onpointercancel = null;
      moveStart(toPoint(up).point, false);
    };
  }

  function nudge(event) {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!direction) return;
    event.preventDefault();
    moveStart(start.map((value, i) => value + (direction[i] * (scene.bounds[i][1] - scene.bounds[i][0])) / 50), false);
  }

  // ---- steps, pin, reset ----------------------------------------------------------------------

  function showStep(step) {
    scrubber.value = step;
    stepLabel.textContent = `step ${step}`;
    draw();
  }

  function stopPlaying() {
    cancelAnimationFrame(playing);
    playing = null;
    play.textContent = "▶ play";
    model.set("step", Number(scrubber.value));
    model.save_changes();
  }

  function togglePlay() {
    if (playing !== null) return stopPlaying();
    play.textContent = "❚❚ pause";
    const from = Number(scrubber.value) >= scene.steps ? 0 : Number(scrubber.value);
    let began = null;
    const frame = (now) => {
      began ??= now;
      const step = Math.min(scene.steps, Math.round(from + ((now - began) / PLAYING) * scene.steps));
      showStep(step);
      if (step < scene.steps) playing = requestAnimationFrame(frame);
      else stopPlaying();
    };
    playing = requestAnimationFrame(frame);
  }

  function togglePin() {
    if (!shown) return;
    const size = shown.block.rows * (scene.steps + 1);
    const rows = shown.block.data.slice(shown.stop * size, (shown.stop + 1) * size);
    const pinned = model.get("pinned").data ? {} : { data: new DataView(rows.buffer), text: status.textContent };
    model.set("pinned", pinned);
    model.save_changes();
  }

  function showPin() {
    const { data, text } = model.get("pinned");
    pin.textContent = data ? "unpin" : "pin";
    pin.title = data ? `pinned: ${text}` : "keep this run in the picture, to compare others with";
    draw();
  }

  // ---- what the kernel sends ------------------------------------------------------------------

  async function receive() {
    const sent = model.get("blocks");
    const names = Object.keys(sent);
    const unpacked = await Promise.all(names.map((name) => unpack(sent[name], model.get("scene"))));
    if (sent !== model.get("blocks")) return; // something newer came while this was unpacked
    blocks = Object.fromEntries(names.map((name, i) => [name, unpacked[i]]));
    received = sent;
    const steps = scene.steps;
    const atEnd = Number(scrubber.value) >= steps || scrubber.max === "";
    scene = model.get("scene");
    if (!dirty && model.get("answered") >= asked && !nextStart) {
      position = { ...model.get("position") };
      start = [...scene.start];
    } else position = { ...model.get("position"), ...position }; // with the sliders of another problem
    buildSliders();
    scrubber.max = scene.steps;
    if (atEnd || scene.steps !== steps) scrubber.value = scene.steps;
    stepLabel.textContent = `step ${scrubber.value}`;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", scene.title);
    problems.replaceChildren(
      ...scene.problems.map((name) => element("option", { value: name, textContent: name, selected: name === scene.problem })),
    );
    placeUnder();
    draw();
  }

  function placeUnder() {
    const [left, top, width, height] = scene.panels[0];
    Object.assign(under.style, {
      left: `${(100 * left) / scene.width}%`,
      top: `${(100 * top) / scene.height}%`,
      width: `${(100 * width) / scene.width}%`,
      height: `${(100 * height) / scene.height}%`,
    });
    [under.width, under.height] = [Math.round(width / 2), Math.round(height / 2)];
    under.dataset.key = "";
  }

  function showBackground() {
    URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(new Blob([model.get("background")], { type: "image/png" }));
  }

  function showAlert() {
    alert.textContent = model.get("alert");
  }

  function showNotes() {
    notes.replaceChildren(...Object.values(model.get("notes")).map((text) => element("p", { textContent: text })));
  }

  // What was pointed out comes and goes with the scene alone, while nothing else has changed.
  function showMarks() {
    scene = { ...scene, marks: model.get("scene").marks };
    draw();
  }

  function answered() {
    sendStart();
    showSettled();
    if (model.get("answered") >= asked && received === model.get("blocks")) receive(); // no news: back to the kernel's state
  }

  function resize() {
    const width = Math.round(picture.clientWidth * Math.min(2, window.devicePixelRatio || 1));
    if (!width || width === canvas.width) return;
    [canvas.width, canvas.height] = [width, Math.round((width * scene.height) / scene.width)];
    draw();
  }

  // ---- wiring ---------------------------------------------------------------------------------

  const listeners = {
    "change:blocks": receive,
    "change:background": showBackground,
    "change:pinned": showPin,
    "change:alert": showAlert,
    "change:notes": showNotes,
    "change:scene": showMarks,
    "change:answered": answered,
    "change:step": () => playing === null && showStep(model.get("step")),
  };
  for (const [event, listener] of Object.entries(listeners)) model.on(event, listener);
  picture.addEventListener("pointerdown", grab);
  handle.addEventListener("keydown", nudge);
  play.addEventListener("click", togglePlay);
  scrubber.addEventListener("input", () => showStep(Number(scrubber.value)));
  scrubber.addEventListener("change", stopPlaying);
  problems.addEventListener("change", () => ask({ problem: problems.value }));
  pin.addEventListener("click", togglePin);
  reset.addEventListener("click", () => ask({ reset: true }));
  const observer = new ResizeObserver(resize);
  observer.observe(picture);

  play.textContent = "▶ play";
  scrubber.max = scene.steps;
  scrubber.value = model.get("step");
  picture.style.aspectRatio = `${scene.width} / ${scene.height}`;
  showBackground();
  showAlert();
  showNotes();
  receive().then(showPin);

  return () => {
    observer.disconnect();
    cancelAnimationFrame(playing);
    clearTimeout(timer);
    clearTimeout(silence);
    for (const [event, listener] of Object.entries(listeners)) model.off(event, listener);
    URL.revokeObjectURL(image.src);
  };
}

function element(tag, properties) {
  const made = Object.assign(document.createElement(tag), properties);
  made.setAttribute("data-lm-suppress-shortcuts", "true"); // so that JupyterLab leaves its arrow keys alone
  return made;
}

// Blocks come deflated, as differences from step to step.
const unpackedBlocks = new WeakMap();
let unpackedCount = 0;

async function unpack(block, scene) {
  if (unpackedBlocks.has(block)) return unpackedBlocks.get(block);
  const data = new Int16Array(await inflate(block.data));
  const length = scene.steps + 1;
  for (let i = 1; i < data.length; i++) if (i % length) data[i] += data[i - 1];
  const result = { ...block, data, key: ++unpackedCount };
  if (block.landscapes) {
    result.landscapes = new Uint8Array(await inflate(block.landscapes));
    for (let i = 1; i < result.landscapes.length; i++)
      if (i % scene.grid) result.landscapes[i] += result.landscapes[i - 1];
  }
  unpackedBlocks.set(block, result);
  return result;
}

function inflate(view) {
  const stream = new Blob([view]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

function reversed(rgb) {
  return ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16);
}

export default { render };
