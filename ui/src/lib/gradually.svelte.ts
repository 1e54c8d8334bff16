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
    // The same number of other pieces, as after each new answer of the core, is no reason to begin to wait anew: answers
    // that come quickly one after the other would leave the list where it is.
    const wanted = $derived(total());
    $effect(() => {
      const all = wanted;
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
