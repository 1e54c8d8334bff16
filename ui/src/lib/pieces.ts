// When the pieces of a long list are made: those in sight for the next picture, the rest between the pictures after it.

/** How long the page makes pieces between two pictures, in milliseconds; one piece at least. */
const AT_A_TIME = 30;
/** How long it is left alone before: a picture that was made has still to come onto the screen. */
const APART = 40;
/**
 * A picture that has not come for so long does not come soon: the window is covered, or the system is too busy to draw it.
 * Whoever walks through the list with keys or has it read aloud needs it whole nonetheless.
 */
const NO_PICTURE = 250;

export interface Pieces {
  /** Whether every piece is made. */
  complete: () => boolean;
  /** Whether the next piece would be in sight. */
  inSight: () => boolean;
  /** Makes the next piece. */
  make: () => void;
}

/** Makes the pieces that are missing. Returns the way out. */
export function makePieces({ complete, inSight, make }: Pieces): () => void {
  let later: ReturnType<typeof setTimeout> | undefined;
  let overdue: ReturnType<typeof setTimeout> | undefined;
  let frame = 0;
  // The page is laid out for the next picture in any case, and what is in sight belongs into it.
  const beforePicture = () => {
    clearTimeout(overdue);
    while (!complete() && inSight()) make();
    if (!complete()) later = setTimeout(afterPicture, APART);
  };
  const afterPicture = () => {
    const end = performance.now() + AT_A_TIME;
    do make();
    while (!complete() && performance.now() < end);
    look();
  };
  const withoutPicture = () => {
    cancelAnimationFrame(frame);
    afterPicture();
  };
  const look = () => {
    if (complete()) return;
    frame = requestAnimationFrame(beforePicture);
    overdue = setTimeout(withoutPicture, NO_PICTURE);
  };
  look();
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(later);
    clearTimeout(overdue);
  };
}
