// Focus when screens change: it goes to the new screen's heading, or to the one control the screen is about.

/** An action for the element that takes the focus when it appears. */
export function takesFocus(node: HTMLElement, when: boolean = true): void {
  if (!when) return;
  if (!node.matches("button, a[href], input, select, textarea, [tabindex]")) node.tabIndex = -1;
  node.focus({ preventScroll: true });
}
