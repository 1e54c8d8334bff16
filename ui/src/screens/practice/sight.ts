// Which part of what was said is in sight. Pure; all of it in pixels.

/** A box that can be scrolled: its height, and that of what is in it. */
export interface Box {
  height: number;
  content: number;
}

/**
 * How far the box is scrolled so that all of the newest line is in sight, which ends what is in it. One that is too tall
 * begins below the fade at the upper edge: it is read from its beginning.
 */
export function scrolledTo(box: Box, newest: { top: number }, fade: number): number {
  const end = Math.max(0, box.content - box.height);
  return Math.min(end, Math.max(0, newest.top - fade));
}
