import { describe, expect, it } from "vitest";
import en from "../../../messages/en.json";
import zh from "../../../messages/zh-CN.json";
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

  it("of Chinese has one form for any count, written with a number or without", () => {
    const chinese = { minutes_other: "{{count}} 分钟", greeting: "{{name}}，你好", once_other: "不止一次" };
    for (const count of [0, 1, 2]) {
      expect(sentence(chinese, "zh-CN", "minutes", { count })).toBe(`${count} 分钟`);
      expect(sentence(chinese, "zh-CN", "once", { count })).toBe("不止一次");
    }
    expect(sentence(chinese, "zh-CN", "greeting", { name: "周岚" })).toBe("周岚，你好");
    expect(sentence(chinese, "zh-CN", "minutes")).toBeUndefined();
  });

  it.each([
    ["English", "en" as const, en],
    ["Chinese", "zh-CN" as const, zh],
  ])("needs no more than is read here, in the %s catalogue of the window", (_, language, catalogue) => {
    const odd = Object.entries(catalogue).filter(([, text]) => /\$t\(|\{\{(?!\w+\}\})/.test(text));
    expect(odd).toEqual([]);
    const unheard = Object.keys(catalogue).filter((key) => {
      const form = /_(one|other)$/.exec(key)?.[1];
      return form && !new Intl.PluralRules(language).resolvedOptions().pluralCategories.includes(form as "one");
    });
    expect(unheard).toEqual([]);
  });

  it("has the same places in both languages", () => {
    const places = (text: string) => [...new Set(text.match(/\{\{\w+\}\}/g))].sort();
    const chinese: Record<string, string> = zh;
    const apart = Object.entries(en).filter(([key, text]) => {
      // A form that Chinese does not have is said with the one it has.
      const other = chinese[key];
      return other !== undefined && places(other).join() !== places(text).join();
    });
    expect(apart).toEqual([]);
  });
});
