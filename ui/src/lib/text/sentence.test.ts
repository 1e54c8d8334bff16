import { describe, expect, it } from "vitest";
import en from "../../../messages/en.json";
import { sentence } from "./sentence";

const catalogue = {
  greeting: "Hello, {{name}}",
  minutes_one: "{{count}} minute",
  minutes_other: "{{count}} minutes",
  "place.held": "{{name}} and {{name}} of {{count}}",
};

describe("a sentence", () => {
  it("has its places filled, each as often as it stands there", () => {
    expect(sentence(catalogue, "en", "greeting", { name: "Dana" })).toBe("Hello, Dana");
    expect(sentence(catalogue, "en", "place.held", { name: "a", count: 2 })).toBe("a and a of 2");
  });

  it("takes the form that the language has for the count", () => {
    expect(sentence(catalogue, "en", "minutes", { count: 1 })).toBe("1 minute");
    expect(sentence(catalogue, "en", "minutes", { count: 0 })).toBe("0 minutes");
    expect(sentence(catalogue, "zh-CN", "minutes", { count: 1 })).toBe("1 minutes");
  });

  it("takes what is put in as it is", () => {
    expect(sentence(catalogue, "en", "greeting", { name: "$& {{count}} <b>" })).toBe("Hello, $& {{count}} <b>");
  });

  it("keeps a place that nobody filled, so that the mistake is seen", () => {
    expect(sentence(catalogue, "en", "greeting", {})).toBe("Hello, {{name}}");
  });

  it("is nothing when nobody knows the key", () => {
    expect(sentence(catalogue, "en", "unheard")).toBeUndefined();
    expect(sentence(catalogue, "en", "unheard", { count: 1 })).toBeUndefined();
  });

  it("needs no more than is read here, in the catalogue of the window", () => {
    const odd = Object.entries(en).filter(([, text]) => /\$t\(|\{\{(?!\w+\}\})/.test(text));
    expect(odd).toEqual([]);
  });
});
