import { describe, expect, it } from "vitest";
import { cutInNote, handsFreeHelp, pauseOf, PAUSES, seconds } from "./talking";

const now = {
  pause_ms: 1500,
  cut_in: true,
  listening: true,
  by_voice: false,
  ends_in_ms: null,
  partner_waits: false,
};

describe("the pause that ends a turn", () => {
  it("is half a second to four in half seconds", () => {
    expect(PAUSES.map(seconds)).toEqual(["0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4"]);
  });

  it("is the closest of these to what another version kept", () => {
    expect([0, 1400, 1750, 9000].map(pauseOf)).toEqual([500, 1500, 1500, 4000]);
  });
});

describe("what speaking over the partner does", () => {
  it("depends on what people hear with", () => {
    expect(cutInNote("automatic", true, { headphones: true })).toBe("headphones");
    expect(cutInNote("automatic", true, { headphones: false })).toBe("loudspeaker");
    expect(cutInNote("on", true, { headphones: false })).toBe("loudspeaker_on");
  });

  it("is nothing without an open microphone, and not said before it is known", () => {
    expect(cutInNote("on", false, { headphones: true })).toBe("cold");
    expect(cutInNote("off", true, { headphones: true })).toBeNull();
    expect(cutInNote("automatic", true, undefined)).toBeNull();
  });
});

describe("the line under the talk button", () => {
  it("says how much silence ends the turn, and counts it down", () => {
    const talking = { ...now, by_voice: true };
    expect(handsFreeHelp("recording", talking, 0)).toEqual({ key: "practice.ends_after", seconds: "1.5" });
    const silent = { ...talking, ends_in_ms: 1300 };
    expect(handsFreeHelp("recording", silent, 400)).toEqual({ key: "practice.ends_in", seconds: "0.9" });
    expect(handsFreeHelp("recording", silent, 5000)).toEqual({ key: "practice.ends_in", seconds: "0" });
  });

  it("says how to interrupt", () => {
    expect(handsFreeHelp("partner_speaking", now, 0)).toEqual({ key: "practice.speak_to_cut_in" });
    expect(handsFreeHelp("partner_speaking", { ...now, cut_in: false }, 0)).toEqual({ key: "practice.key_to_cut_in" });
    expect(handsFreeHelp("partner_speaking", { ...now, partner_waits: true }, 0)).toEqual({
      key: "practice.partner_waits",
    });
  });

  it("leaves a take that a key began to the words for keys", () => {
    expect(handsFreeHelp("recording", now, 0)).toBeNull();
    expect(handsFreeHelp("your_turn", { ...now, listening: false }, 0)).toBeNull();
  });
});
