// Runs in the page: from an input event to the frame after the picture changed.
window.bench = {
  // The end of the next frame: a message posted in its animation callback is delivered once it is painted.
  painted: () =>
    new Promise((done) =>
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done(performance.now());
        channel.port2.postMessage(0);
      }),
    ),

  // Milliseconds from the next event of this kind, as the browser received it, to the frame after `changed` resolves.
  start(kind, changed) {
    const event = new Promise((done) => window.addEventListener(kind, done, { capture: true, once: true }));
    const change = changed();
    this.result = event.then(async ({ timeStamp }) => {
      await change;
      return (await this.painted()) - timeStamp;
    });
  },

  // Ways in which a picture changes.
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
      const before = document.querySelector(`${selector} img`)?.src;
      const observer = new MutationObserver(async () => {
        const image = document.querySelector(`${selector} img`);
        if (!image || image.src === before) return;
        observer.disconnect();
        await image.decode();
        done();
      });
      observer.observe(document.querySelector(selector), { childList: true, subtree: true, attributes: true });
    }),
};
