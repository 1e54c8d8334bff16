import { describe, expect, it } from "vitest";
import { scrolledTo } from "./sight";

const FADE = 20;

describe("what was said last", () => {
  it("is in sight to its end, with as much of what came before as there is room for", () => {
    expect(scrolledTo({ height: 300, content: 900 }, { top: 750 }, FADE)).toBe(600);
    // It just fits below the fade.
    expect(scrolledTo({ height: 300, content: 900 }, { top: 620 }, FADE)).toBe(600);
  });

  it("is in sight from its beginning when it is taller than the box", () => {
    expect(scrolledTo({ height: 300, content: 900 }, { top: 500 }, FADE)).toBe(480);
    expect(scrolledTo({ height: 300, content: 900 }, { top: 10 }, FADE)).toBe(0);
  });

  it("stays where it is while all of it fits", () => {
    expect(scrolledTo({ height: 300, content: 300 }, { top: 200 }, FADE)).toBe(0);
  });
});
