// Time that passes between two views of the core.

/** Milliseconds since `toldAt` while `running`, refreshed each frame; coarser for those who asked for less motion. */
export class Ticking {
  past = $state(0);

  constructor(toldAt: () => number, running: () => boolean) {
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
    $effect(() => {
      const from = toldAt();
      this.past = 0;
      if (!running()) return;
      let frame = 0;
      const step = () => {
        const past = performance.now() - from;
        if (!calm.matches || Math.floor(past / 1000) !== Math.floor(this.past / 1000)) this.past = past;
        frame = requestAnimationFrame(step);
      };
      frame = requestAnimationFrame(step);
      return () => cancelAnimationFrame(frame);
    });
  }
}
