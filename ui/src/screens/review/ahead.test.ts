import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { deliveryView, lookAhead, reviewView } from "./ahead";

const api = vi.hoisted(() => ({ asked: [] as string[], changed: [] as (() => void)[] }));

vi.mock("./Review.svelte", () => ({ default: null }));
vi.mock("../../lib/api", () => {
  const answer = (name: string) => (session: string) => {
    api.asked.push(`${name} ${session}`);
    return Promise.resolve(api.asked.length);
  };
  return {
    core: { review: answer("review"), delivery: answer("delivery"), feedback: answer("feedback") },
    onChanged: (_: unknown, listener: () => void) => {
      api.changed.push(listener);
      return () => api.changed.splice(api.changed.indexOf(listener), 1);
    },
  };
});

describe("looking ahead to the review", () => {
  let frames: (() => void)[] = [];

  beforeEach(() => {
    [frames, api.asked, api.changed] = [[], [], []];
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    vi.stubGlobal("requestAnimationFrame", (call: () => void) => frames.push(call));
    vi.stubGlobal("cancelAnimationFrame", () => (frames = []));
  });

  afterEach(() => {
    vi.runAllTimers();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  const picture = () => {
    frames.splice(0).forEach((call) => call());
    vi.runAllTimers();
  };

  it("asks after the picture, and what it was told is taken once", async () => {
    const leave = lookAhead("s");
    expect(api.asked).toEqual([]);
    picture();
    leave();
    expect(await Promise.all([reviewView("s"), deliveryView("s")])).toEqual([1, 2]);
    expect(await reviewView("s")).toBe(4);
    expect(api.asked).toEqual(["review s", "delivery s", "feedback s", "review s"]);
  });

  it("asks again when something changed", async () => {
    const leave = lookAhead("s");
    picture();
    api.changed.forEach((changed) => changed());
    leave();
    expect(await deliveryView("s")).toBe(5);
    expect(api.changed).toEqual([]);
  });

  it("is of no use for another session", async () => {
    const leave = lookAhead("s");
    picture();
    leave();
    await reviewView("other");
    expect(api.asked.at(-1)).toBe("review other");
  });

  it("is forgotten when nobody takes what was told", async () => {
    const leave = lookAhead("s");
    picture();
    leave();
    vi.runAllTimers();
    expect(await reviewView("s")).toBe(4);
  });

  it("asks nothing when the end card is left before its picture", () => {
    lookAhead("s")();
    picture();
    expect(api.asked).toEqual([]);
  });
});
