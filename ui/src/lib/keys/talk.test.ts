import { describe, expect, it } from "vitest";
import { TAP_MS, TalkKey } from "./talk";

const kinds = (actions: { kind: string }[]) => actions.map((action) => action.kind);

describe("the talk key", () => {
  it("talks while it is held and sends when it is let go", () => {
    const key = new TalkKey();
    expect(kinds(key.down(0, false))).toEqual(["press"]);
    expect(kinds(key.up(2000))).toEqual(["release"]);
  });

  it("keeps a take on after a tap and sends it with the next one", () => {
    const key = new TalkKey();
    key.down(0, false);
    expect(kinds(key.up(TAP_MS - 1))).toEqual(["lock", "release"]);
    expect(kinds(key.down(5000, true))).toEqual(["press"]);
    expect(kinds(key.up(5050))).toEqual(["release"]);
  });

  it("takes a second tap for the end even before the window has heard of the take", () => {
    const key = new TalkKey();
    key.down(0, false);
    key.up(50);
    key.down(120, false);
    expect(kinds(key.up(170))).toEqual(["release"]);
  });

  it("starts a new take with a tap after one that somebody else ended", () => {
    const key = new TalkKey();
    key.down(0, false);
    key.up(50);
    key.takeEnded();
    key.down(9000, false);
    expect(kinds(key.up(9050))).toEqual(["lock", "release"]);
  });

  it("lets go when the take ends under it, and hears the next hold", () => {
    const key = new TalkKey();
    key.down(0, false);
    expect(kinds(key.takeEnded())).toEqual(["release"]);
    expect(key.up(4000)).toEqual([]);
    expect(kinds(key.down(5000, false))).toEqual(["press"]);
    expect(kinds(key.up(7000))).toEqual(["release"]);
  });

  it("ignores a second press while it is held", () => {
    const key = new TalkKey();
    key.down(0, false);
    expect(key.down(30, true)).toEqual([]);
  });

  it("counts a lost focus as letting go, however short the press was", () => {
    const key = new TalkKey();
    key.down(0, false);
    expect(kinds(key.lost())).toEqual(["release"]);
    expect(key.up(40)).toEqual([]);
  });
});
