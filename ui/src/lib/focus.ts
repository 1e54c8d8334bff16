// Focus when screens change: it goes to the new screen's heading, or to the one control the screen is about.

/**
 * An action for the element that takes the focus in the first picture it is in; sooner, it would have to be laid out
 * twice. Whoever has moved the focus on until then keeps it where it is.
 */
export function takesFocus(node: HTMLElement, when: boolean = true): void {
  if (!when) return;
  if (!node.matches("button, a[href], input, select, textarea, [tabindex]")) node.tabIndex = -1;
  const before = document.activeElement;
  requestAnimationFrame(() => {
    const now = document.activeElement;
    // What had it may have gone with the screen before, which moved it nowhere.
    const untouched = now === before || now === null || now === document.body;
    if (untouched) node.focus({ preventScroll: true });
  });
}

/** Gives the focus to the first of these that is there, because what had it has gone; the page stays where it is. */
export function focusOnFirst(...selectors: string[]): void {
  for (const selector of selectors) {
    const found = document.querySelector<HTMLElement>(selector);
    if (found) return found.focus({ preventScroll: true });
  }
}

/**
 * An action for a screen that is about one control, found by `main`: a button that was clicked with a pointer gives the
 * focus on to it, so that Space does not press that button again. A press by keyboard leaves the focus where it is.
 */
export function handsFocusOn(node: HTMLElement, main: string): { destroy: () => void } {
  const clicked = (event: MouseEvent) => {
    const byPointer = event.detail > 0;
    if (!byPointer || !(event.target instanceof Element) || event.target.closest("button") === null) return;
    node.querySelector<HTMLElement>(main)?.focus({ preventScroll: true });
  };
  node.addEventListener("click", clicked);
  return { destroy: () => node.removeEventListener("click", clicked) };
}
