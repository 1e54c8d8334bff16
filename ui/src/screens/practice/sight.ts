// Which part of what was said is in sight. Pure; all of it in pixels.

/** A box that can be scrolled: its height, and that of what is in it. */
export interface Box {
  height: number;
  content: number;
}

/**
 * Whether the newest line is to be brought into sight: there is more of it, or the box is where it was brought last, and
 * only room was given or taken. Whoever has scrolled away to read is left alone until there is more.
 */
export function follows(box: Box, is: { at: number; broughtTo: number | null; isMore: boolean }): boolean {
  if (is.isMore || is.broughtTo === null) return true;
  // A box that grows is moved by the browser, as far as what is in it reaches.
  return Math.abs(is.at - is.broughtTo) < 2 || is.at > box.content - box.height - 2;
}

/**
 * How far the box is scrolled so that all of the newest line is in sight, which ends what is in it. One that is too tall
 * begins below the fade at the upper edge: it is read from its beginning.
 */
export function scrolledTo(box: Box, newest: { top: number }, fade: number): number {
  const end = Math.max(0, box.content - box.height);
  return Math.min(end, Math.max(0, newest.top - fade));
}
