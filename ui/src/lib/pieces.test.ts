import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makePieces } from "./pieces";

describe("the pieces of a long list", () => {
  let frames: (() => void)[] = [];
  let made = 0;
  let now = 0;

  beforeEach(() => {
    [frames, made, now] = [[], 0, 0];
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    vi.stubGlobal("requestAnimationFrame", (call: () => void) => frames.push(call));
    vi.stubGlobal("cancelAnimationFrame", (number: number) => (frames[number - 1] = () => undefined));
    vi.spyOn(performance, "now").mockImplementation(() => now);
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  const picture = () => frames.splice(0).forEach((call) => call());

  /** Ten pieces that take 12 ms each; the first three are in sight. */
  const begin = () =>
    makePieces({
      complete: () => made === 10,
      inSight: () => made < 3,
      make: () => {
        made += 1;
        now += 12;
      },
    });

  it("are made before the next picture as far as they are in sight", () => {
    begin();
    expect(made).toBe(0);
    picture();
    expect(made).toBe(3);
  });

  it("are made a few at a time after it, until there are all", () => {
    begin();
    const counts = [];
    for (let pictures = 0; pictures < 5; pictures++) {
      picture();
      vi.advanceTimersByTime(40);
      counts.push(made);
    }
    expect(counts).toEqual([6, 9, 10, 10, 10]);
    expect(frames).toEqual([]);
  });

  it("are made all the same where no picture comes", () => {
    begin();
    vi.advanceTimersByTime(249);
    expect(made).toBe(0);
    vi.advanceTimersByTime(1);
    expect(made).toBe(3);
    vi.advanceTimersByTime(3 * 250);
    expect(made).toBe(10);
    picture();
    vi.runAllTimers();
    expect(made).toBe(10);
  });

  it("are left where they are when nobody wants them any more", () => {
    const end = begin();
    picture();
    end();
    vi.runAllTimers();
    picture();
    expect(made).toBe(3);
  });
});
