import { createRawSnippet } from "svelte";
import { render } from "svelte/server";
import { describe, expect, it } from "vitest";
import Broken from "./Broken.svelte";
import Tip from "./Tip.svelte";
import WideTable from "./WideTable.svelte";

describe("a screen that broke", () => {
  it("is the main part of a window that it fills, and no second one beside the areas", () => {
    expect(render(Broken, { props: { whole: true } }).body).toMatch(/<main[^>]*data-testid="problem"/);
    const inside = render(Broken).body;
    expect(inside).toContain('data-testid="problem"');
    expect(inside).not.toContain("<main");
  });
});

describe("the tip of a button", () => {
  it("describes the button without being a part of its name", () => {
    const tip = render(Tip, { props: { id: "end", text: "Key: Ctrl+." } }).body;
    expect(tip).toMatch(/<span id="end"[^>]*aria-hidden="true"[^>]*>Key: Ctrl\+\.<\/span>/);
  });

  it("is never that of the system", () => {
    const components = import.meta.glob<string>("../**/*.svelte", { query: "?raw", import: "default", eager: true });
    const found = Object.entries(components).filter(([, source]) =>
      /<[a-z][\w-]*(?=\s)[^<>]*\stitle=/.test(source.replaceAll("=>", "")),
    );
    expect(found.map(([path]) => path)).toEqual([]);
  });
});

describe("a wide table", () => {
  it("is not made before it is opened", () => {
    const children = createRawSnippet(() => ({ render: () => "<tbody><tr><td>3.7</td></tr></tbody>" }));
    const closed = render(WideTable, { props: { label: "All figures", testid: "table", children } }).body;
    expect(closed).toContain("All figures");
    expect(closed).not.toContain("<td>");
  });
});
