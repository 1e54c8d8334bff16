import { afterEach, describe, expect, it, vi } from "vitest";
import { focusOnFirst } from "./focus";

describe("the focus when what had it has gone", () => {
  const focused: string[] = [];
  const page = (...there: string[]) =>
    vi.stubGlobal("document", {
      querySelector: (selector: string) => (there.includes(selector) ? { focus: () => focused.push(selector) } : null),
    });

  afterEach(() => {
    vi.unstubAllGlobals();
    focused.length = 0;
  });

  it("is at the first place that is there", () => {
    page("[data-words]");
    focusOnFirst("[data-talk]", "[data-words]");
    page("[data-words]", "[data-talk]");
    focusOnFirst("[data-talk]", "[data-words]");
    expect(focused).toEqual(["[data-words]", "[data-talk]"]);
  });

  it("stays nowhere where none of them is", () => {
    page();
    focusOnFirst("[data-talk]");
    expect(focused).toEqual([]);
  });
});
