// A long list comes piece by piece: nobody waits for what nobody sees yet, and nobody who scrolls or listens waits long
// for the rest.
import { flushSync, untrack } from "svelte";
import { makePieces } from "./pieces";

/** To be made while a component is set up. */
export class Gradually {
  /** So many pieces are shown. */
  count = $state(0);

  /**
   * `total` says how many pieces there are, and may read states; `top` at which height of the window the piece of that
   * index begins, or would begin.
   */
  constructor(total: () => number, top: (index: number) => number) {
    $effect(() => {
      const all = total();
      return untrack(() =>
        makePieces({
          complete: () => this.count >= all,
          inSight: () => top(this.count) < innerHeight,
          make: () => {
            this.count += 1;
            flushSync();
          },
        }),
      );
    });
  }
}
