import { describe, expect, it } from "vitest";
import { showInForce } from "./in-force";

/** A switch as the browser keeps it, and what the core holds. */
const used = () => ({ shown: true, inForce: false });

describe("a control that was used", () => {
  it("shows what is in force again when that was refused", async () => {
    const control = used();
    await showInForce(Promise.resolve(), () => (control.shown = control.inForce));
    expect(control.shown).toBe(false);
  });

  it("keeps what was asked for until the answer is there", async () => {
    const control = used();
    let answer = () => {};
    const asked = new Promise<void>((resolve) => (answer = resolve));
    const shown = showInForce(
      asked.then(() => void (control.inForce = true)),
      () => (control.shown = control.inForce),
    );
    await Promise.resolve();
    expect(control.shown).toBe(true);
    answer();
    await shown;
    expect(control.shown).toBe(true);
  });

  it("shows it too where asking threw, and lets that through", async () => {
    const control = used();
    const shown = showInForce(Promise.reject(new Error("no")), () => (control.shown = control.inForce));
    await expect(shown).rejects.toThrow("no");
    expect(control.shown).toBe(false);
  });
});
