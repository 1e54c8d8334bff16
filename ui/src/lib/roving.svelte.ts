// One stop for the Tab key in a row of buttons; the arrow keys go from one to the next.

const TO: Record<string, (at: number, last: number) => number> = {
  ArrowRight: (at, last) => Math.min(last, at + 1),
  ArrowLeft: (at) => Math.max(0, at - 1),
  Home: () => 0,
  End: (_, last) => last,
};

export class Roving {
  /** The button that Tab reaches. */
  at = $state(0);

  /** For the element around the buttons. */
  keyed = (event: KeyboardEvent & { currentTarget: HTMLElement }): void => {
    const to = TO[event.key];
    if (!to || event.ctrlKey || event.metaKey || event.altKey) return;
    const buttons = event.currentTarget.querySelectorAll("button");
    const next = to(this.at, buttons.length - 1);
    event.preventDefault();
    this.at = next;
    buttons[next]?.focus();
  };
}
