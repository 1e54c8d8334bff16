import { describe, expect, it } from "vitest";
import type { Standing } from "../api";
import { latestRating, near, placeOf, ratedOf, unseen, unseenSince } from "./over-time";
import { notSeen, overTime, rated } from "./made";

const of = (...standings: Standing[]) => overTime(standings);

describe("a skill over the practices", () => {
  it("was rated last where it was rated last, and not in the latest practice", () => {
    const skill = of(rated(2), rated(4), notSeen());
    expect(latestRating(skill)?.rating).toBe(4);
    expect(unseenSince(skill)).toBe(true);
    expect(unseen(skill)).toBe(1);
    expect(unseenSince(of(notSeen(), rated(4)))).toBe(false);
  });

  it("is near to what is usual only where the looks leave room for it", () => {
    const usual = { low: 3, high: 3 };
    const last = (standing: Standing) => near({ ...of(rated(3), rated(3), standing), usual });
    expect(last(rated(4, 3, 4))).toBe(true);
    expect(last(rated(4))).toBe(false);
    expect(last(rated(3, 2, 4))).toBe(false);
    expect(near({ ...of(rated(4, 3, 4)), usual: null })).toBe(false);
  });
});

describe("a rating in the drawing", () => {
  it("is as high as the levels that its looks came to, with the figure in its own level", () => {
    const place = (rating: number, low = rating, high = rating) => {
      const standing = rated(rating, low, high);
      return placeOf(ratedOf({ session: "s", started_at: "", title: "", standing }) ?? expect.fail());
    };
    expect(place(1)).toEqual({ bottom: 0, height: 0.2, figure: 0.5 });
    const wide = place(4, 2, 5);
    expect(wide.bottom).toBeCloseTo(0.2);
    expect(wide.height).toBeCloseTo(0.8);
    expect(wide.figure).toBeCloseTo(0.625);
  });

  it("is none where there is no rating", () => {
    expect(ratedOf({ session: "s", started_at: "", title: "", standing: notSeen() })).toBeNull();
  });
});
