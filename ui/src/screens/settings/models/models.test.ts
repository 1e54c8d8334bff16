import { render } from "svelte/server";
import { beforeAll, describe, expect, it } from "vitest";
import { CHOSEN } from "../../../lib/models/made";
import { learn } from "../../../lib/text/translate.svelte";
import PlainHttpQuestion from "../../../parts/PlainHttpQuestion.svelte";
import RoleCard from "./RoleCard.svelte";

beforeAll(() => learn("en"));
const nothing = () => undefined;

describe("the question before something goes to a host without encryption", () => {
  const asked = (busy = false) =>
    render(PlainHttpQuestion, { props: { host: "nas.local", busy, agree: nothing, refuse: nothing } }).body;

  it("names the host, in the question and on the button that agrees", () => {
    expect(asked()).toContain("What is said would travel unencrypted to nas.local.");
    expect(asked()).toMatch(/data-testid="model-plain-http-agree"[^>]*>\s*Send it unencrypted to nas\.local/);
  });

  it("is one group for those who listen, can have the focus and sends no form by itself", () => {
    const id = /role="group" aria-labelledby="([^"]+)"/.exec(asked())?.[1];
    expect(id).toBeDefined();
    expect(asked()).toMatch(new RegExp(`<p id="${id}"[^>]*tabindex="-1"`));
    const buttons = asked().match(/<button[^>]*>/g) ?? [];
    expect(buttons).toHaveLength(2);
    for (const button of buttons) expect(button).toContain('type="button"');
  });

  it("cannot be answered twice", () => {
    for (const button of asked(true).match(/<button[^>]*>/g) ?? []) expect(button).toContain("disabled");
  });
});

describe("who does a task", () => {
  const card = (chosen: Partial<typeof CHOSEN>) =>
    render(RoleCard, {
      props: { role: "partner", chosen: { ...CHOSEN, ...chosen }, substitute: null, open: nothing, changed: nothing },
    }).body;

  it("shows that the way there is not encrypted", () => {
    expect(card({ host: "nas.local", unencrypted: true })).toContain("nas.local · without encryption, as you agreed");
    expect(card({ host: "nas.local" })).not.toContain("without encryption");
  });
});

describe("who goes on if the model of a task fails", () => {
  const card = (chosen: typeof CHOSEN | null, substitute: typeof CHOSEN | null) =>
    render(RoleCard, { props: { role: "partner", chosen, substitute, open: nothing, changed: nothing } }).body;
  const other = { ...CHOSEN, model: "gemma", host: "127.0.0.1:11434", on_this_computer: true };

  it("is shown beneath it, with ways of its own", () => {
    const both = card(CHOSEN, other);
    expect(both.indexOf("qwen-partner")).toBeLessThan(both.indexOf("If it fails"));
    expect(both.indexOf("If it fails")).toBeLessThan(both.indexOf("gemma"));
    for (const way of ["check", "change", "remove"]) {
      expect(both).toContain(`data-testid="model-${way}-partner"`);
      expect(both).toContain(`data-testid="model-${way}-partner-substitute"`);
    }
    expect(both).not.toContain("model-choose-");
  });

  it("can be chosen where there is somebody to stand in for", () => {
    expect(card(CHOSEN, null)).toContain('data-testid="model-choose-partner-substitute"');
    expect(card(null, null)).not.toContain("substitute");
  });
});
