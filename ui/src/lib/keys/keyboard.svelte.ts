// The one listener for keys of the window. Screens say what they do for an action; the innermost screen that knows
// the action gets it. Off while a character is composed, deaf to key repeat.
import { app } from "../app.svelte";
import { chordOf, editsText, physicalKey, typesText } from "./chord";
import { actionsFor, chordFor, type ActionName } from "./bindings";
import { dialogOpen, takesPress, takesText } from "./targets";

export interface Handlers {
  actions: Partial<Record<ActionName, () => void>>;
  /** The talk key was let go, or the window lost the focus while it was held. */
  released?: (lost: boolean) => void;
}

const stack: Handlers[] = [];
let heldKey: string | null = null;

/**
 * Hands keys to `handlers` until the returned function is called. What lies around every screen says `outer`: it is
 * set up after the screen in it, and must not come before it.
 */
export function listenToKeys(handlers: Handlers, place: "screen" | "outer" = "screen"): () => void {
  if (place === "outer") stack.unshift(handlers);
  else stack.push(handlers);
  return () => {
    const index = stack.indexOf(handlers);
    if (index >= 0) stack.splice(index, 1);
  };
}

/** Whether a screen that is there now knows the action. */
export function inForce(action: ActionName): boolean {
  return stack.some(({ actions }) => actions[action] !== undefined);
}

function innermost(actions: readonly ActionName[]): { action: ActionName; run: () => void } | null {
  for (const { actions: known } of [...stack].reverse()) {
    for (const action of actions) {
      const run = known[action];
      if (run) return { action, run };
    }
  }
  return null;
}

function keyDown(event: KeyboardEvent): void {
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
  const mac = app.platform === "mac";
  if (event.repeat) {
    // A held talk key must not scroll the page.
    if (heldKey === physicalKey(event)) event.preventDefault();
    return;
  }
  if (event.key === "Shift" && heldKey !== null && chordFor("lock", app.shortcuts) === "Shift+Space") {
    innermost(["lock"])?.run();
    return;
  }
  const chord = chordOf(event, mac);
  if (chord === null || dialogOpen()) return;
  const press = chord === "Space" || chord === "Shift+Space" || chord === "Enter";
  if ((typesText(chord) || editsText(chord)) && takesText(event.target)) return;
  if (press && takesPress(event.target, chord)) return;
  const found = innermost(actionsFor(chord, app.shortcuts));
  if (!found) return;
  event.preventDefault();
  if (found.action === "talk") heldKey = physicalKey(event);
  found.run();
}

function released(lost: boolean): void {
  if (heldKey === null) return;
  heldKey = null;
  [...stack]
    .reverse()
    .find((handlers) => handlers.released)
    ?.released?.(lost);
}

/** Installs the listeners. Called once. */
export function installKeyboard(): void {
  window.addEventListener("keydown", keyDown);
  window.addEventListener("keyup", (event) => {
    if (physicalKey(event) !== heldKey) return;
    event.preventDefault();
    released(false);
  });
  window.addEventListener("blur", () => released(true));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) released(true);
  });
}
