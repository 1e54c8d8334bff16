import { describe, expect, it } from "vitest";
import en from "../../../messages/en.json";
import zh from "../../../messages/zh-CN.json";

const english: Record<string, string> = en;
const chinese: Record<string, string> = zh;
const base = (key: string) => key.replace(/_(one|other)$/, "");
const components = import.meta.glob<string>("../../**/*.svelte", { query: "?raw", import: "default", eager: true });

/** What stands between the tags of a component, without what is computed. */
function markup(source: string): string {
  let text = source
    .replace(/<script[\s\S]*?<\/script>|<style[\s\S]*?<\/style>|<!--[\s\S]*?-->/g, "")
    .replaceAll("=>", "");
  for (let before = ""; before !== text;) [before, text] = [text, text.replace(/\{[^{}]*\}/g, "")];
  return text;
}

describe("the message catalogue", () => {
  it("says everything in both languages", () => {
    const keys = (catalogue: object) => [...new Set(Object.keys(catalogue).map(base))].sort();
    expect(keys(chinese)).toEqual(keys(english));
  });

  it("has no empty sentence", () => {
    for (const text of [...Object.values(english), ...Object.values(chinese)]) expect(text.trim()).not.toBe("");
  });

  it("writes Chinese with full-width punctuation", () => {
    const half = Object.entries(chinese).filter(([, text]) =>
      /[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]/.test(text),
    );
    expect(half).toEqual([]);
  });

  it("has the quotation marks and apostrophes of print", () => {
    const typed = [...Object.entries(english), ...Object.entries(chinese)].filter(([, text]) => /['"`]/.test(text));
    expect(typed).toEqual([]);
  });

  it("has what happened, what is safe and what to do next for every error", () => {
    const codes = new Set(Object.keys(english).flatMap((key) => /^error\.(\w+)\./.exec(key)?.[1] ?? []));
    for (const code of codes) {
      for (const part of ["what", "safe", "next"])
        expect(english, `${code}.${part}`).toHaveProperty([`error.${code}.${part}`]);
    }
  });

  it("leaves no visible English in the components", () => {
    expect(Object.keys(components).length).toBeGreaterThan(50);
    const found = Object.entries(components).flatMap(([path, source]) =>
      [...markup(source).matchAll(/>([^<>]*[A-Za-z]{2}[^<>]*)</g)].map((match) => `${path}: ${match[1]?.trim()}`),
    );
    expect(found).toEqual([]);
  });
});
