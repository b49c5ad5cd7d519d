// Runs in the page: how long from an input event to the end of the frame that shows what it did.
window.bench = {
  times: [],

  // The end of the next frame: a message posted in its animation callback is delivered once it is painted.
  painted: () =>
    new Promise((done) =>
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done(performance.now());
        channel.port2.postMessage(0);
      }),
    ),

  // For pictures that are drawn while the event is handled: every `input` event of a slider goes into `times`,
  // counted from when the browser received the key or the pointer's move that led to it.
  record() {
    let received = 0;
    for (const kind of ["keydown", "pointermove", "pointerdown"])
      window.addEventListener(kind, (event) => (received = event.timeStamp), true);
    window.addEventListener(
      "input",
      async () => {
        const from = received;
        this.times.push((await this.painted()) - from);
      },
      true,
    );
  },

  // For pictures that change later: the next event of this kind, and the frame after `changed` has resolved.
  start(kind, changed) {
    const event = new Promise((done) => window.addEventListener(kind, done, { capture: true, once: true }));
    const change = changed();
    const time = event.then(async ({ timeStamp }) => {
      await change;
      return (await this.painted()) - timeStamp;
    });
    const late = new Promise((_, fail) => setTimeout(() => fail(new Error(`no ${kind}, or nothing changed`)), 30000));
    this.result = Promise.race([time, late]);
  },

  rewritten: (selector) => () =>
    new Promise((done) => {
      const observer = new MutationObserver(() => (observer.disconnect(), done()));
      observer.observe(document.querySelector(selector), { childList: true, subtree: true, characterData: true });
    }),

  drawn: (selector) => () =>
    new Promise((done) => {
      const drawImage = CanvasRenderingContext2D.prototype.drawImage;
      CanvasRenderingContext2D.prototype.drawImage = function (...what) {
        drawImage.apply(this, what);
        if (!this.canvas.isConnected || !this.canvas.closest(selector)) return;
        CanvasRenderingContext2D.prototype.drawImage = drawImage;
        done();
      };
    }),

  replaced: (selector) => () =>
    new Promise((done) => {
      const now = () => document.querySelector(`${selector} img`);
      const before = now().src;
      const observer = new MutationObserver(async () => {
        if (!now() || now().src === before) return;
        observer.disconnect();
        await now().decode();
        done();
      });
      observer.observe(document.querySelector(selector), { childList: true, subtree: true, attributes: true });
    }),

  // The start of a lab moved by one key: to the frame in which its map, if it has one, is as fine as it gets.
  async anew(index, number) {
    const lab = document.querySelectorAll(".optlearn-lab")[index];
    await this.painted();
    const began = performance.now();
    const key = ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"][number % 4];
    lab.querySelector(".start").dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    let painted = await this.painted();
    while (lab.dataset.mapped === "false") painted = await this.painted();
    return painted - began;
  },

  // Milliseconds from the command "run all cells" until something on the page has content.
  async runAll(selector) {
    const began = performance.now();
    window.jupyterapp.commands.execute("notebook:run-all-cells");
    for (;;) {
      const found = document.querySelector(selector);
      if (found?.textContent || found?.complete) return (await this.painted()) - began;
      if (performance.now() - began > 120000) throw new Error(`no ${selector} after two minutes`);
      await new Promise(requestAnimationFrame);
    }
  },
};
