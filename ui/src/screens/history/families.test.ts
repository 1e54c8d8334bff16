import { describe, expect, it } from "vitest";
import { familyChoices } from "./families";

const builtIn = (family: string, title: string) => ({ family, title, authored: false });
const own = (family: string, title: string) => ({ family, title, authored: true });

describe("the scenarios that the history can be narrowed to", () => {
  it("are offered in the order of the catalogue, each by its family", () => {
    expect(familyChoices([builtIn("raise", "Ask for a raise"), own("rent", "Talk about the rent")])).toEqual([
      { value: "raise", label: "Ask for a raise" },
      { value: "rent", label: "Talk about the rent" },
    ]);
    expect(familyChoices([])).toEqual([]);
  });

  it("are called after the built-in one, wherever an own copy of it stands", () => {
    const [original, copy] = [builtIn("raise", "Ask for a raise"), own("raise", "Ask my boss")];
    const asked = [{ value: "raise", label: "Ask for a raise" }];
    expect(familyChoices([original, copy])).toEqual(asked);
    expect(familyChoices([copy, original, own("raise", "Ask once more")])).toEqual(asked);
  });

  it("keep the first title where all of a family are one's own", () => {
    expect(familyChoices([own("rent", "The rent"), own("rent", "The rent again")])).toEqual([
      { value: "rent", label: "The rent" },
    ]);
  });
});
