import { describe, expect, it } from "vitest";
import { ACTIONS, actionsFor, changed, chordFor, defaultChord, reserved, scopeOf, takenBy } from "./bindings";
import { chordOf, editsText, physicalKey, typesText, type Pressed } from "./chord";

const press = (key: string, held: Partial<Pressed> = {}): Pressed => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe("a chord", () => {
  it("names Ctrl as Mod on Windows and Linux, and Command on a Mac", () => {
    expect(chordOf(press("1", { ctrlKey: true }), false)).toBe("Mod+1");
    expect(chordOf(press("1", { metaKey: true }), true)).toBe("Mod+1");
    expect(chordOf(press("1", { ctrlKey: true }), true)).toBeNull();
  });

  it("names letters in capitals and leaves Shift out where the character has it already", () => {
    expect(chordOf(press("k"), false)).toBe("K");
    expect(chordOf(press("?", { shiftKey: true }), false)).toBe("?");
    expect(chordOf(press(" ", { shiftKey: true }), false)).toBe("Shift+Space");
  });

  it("is nothing while only modifiers are down or a character is composed", () => {
    for (const key of ["Shift", "Control", "Dead", "Process"]) expect(chordOf(press(key), false)).toBeNull();
  });

  it("belongs to a field when it types text there", () => {
    expect(typesText("K")).toBe(true);
    expect(typesText("Shift+Space")).toBe(true);
    expect(typesText("Mod+F")).toBe(false);
    expect(typesText("F1")).toBe(false);
  });

  it("belongs to a field when it edits text there", () => {
    for (const chord of ["Mod+Z", "Mod+Shift+Z", "Mod+Y"]) expect(editsText(chord), chord).toBe(true);
    for (const chord of ["Z", "Mod+F", "Mod+."]) expect(editsText(chord), chord).toBe(false);
  });

  it("is let go of by the same key, whatever Shift made of its character", () => {
    expect(physicalKey({ code: "KeyV", key: "v" })).toBe(physicalKey({ code: "KeyV", key: "V" }));
    expect(physicalKey({ code: "", key: " " })).toBe(" ");
  });
});

describe("the keys of the app", () => {
  it("has no key twice where both could be meant", () => {
    for (const action of ACTIONS) expect(takenBy(defaultChord(action), action, {}), action).toBeNull();
  });

  it("has no default that is reserved", () => {
    for (const action of ACTIONS) expect(reserved(defaultChord(action)), action).toBe(false);
  });

  it("follows a change and forgets one that goes back to the default", () => {
    const changes = changed({}, "hint", "G");
    expect(chordFor("hint", changes)).toBe("G");
    expect(actionsFor("H", changes)).toEqual([]);
    expect(changed(changes, "hint", "H")).toEqual({});
  });

  it("allows one key in a practice and in a review, but not beside a key that works everywhere", () => {
    expect(takenBy("J", "hint", {})).toBeNull();
    expect(takenBy("R", "hint", {})).toBe("again");
    expect(takenBy("Mod+F", "hint", {})).toBe("search");
    expect(scopeOf("back_5")).toBe("review");
  });
});
