import { describe, expect, it } from "vitest";
import { follows, scrolledTo } from "./sight";

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

describe("somebody who reads what was said before", () => {
  const box = { height: 300, content: 900 };

  it("is left alone while there is no more", () => {
    expect(follows(box, { at: 100, broughtTo: 600, isMore: false })).toBe(false);
    expect(follows(box, { at: 100, broughtTo: 600, isMore: true })).toBe(true);
  });

  it("and has not scrolled keeps the newest line in sight when room is given or taken", () => {
    expect(follows({ height: 200, content: 900 }, { at: 600, broughtTo: 600, isMore: false })).toBe(true);
    expect(follows({ height: 400, content: 900 }, { at: 500, broughtTo: 600, isMore: false })).toBe(true);
    expect(follows(box, { at: 0, broughtTo: null, isMore: false })).toBe(true);
  });
});
