import { render } from "svelte/server";
import { beforeAll, describe, expect, it } from "vitest";
import { CHOSEN } from "../../../lib/models/made";
import { learn } from "../../../lib/text/translate.svelte";
import PlainHttpQuestion from "./PlainHttpQuestion.svelte";
import RoleCard from "./RoleCard.svelte";

beforeAll(() => learn("en"));
const nothing = () => undefined;

describe("the question before something goes to a host without encryption", () => {
  const asked = (busy = false) =>
    render(PlainHttpQuestion, { props: { host: "nas.local", busy, agree: nothing, refuse: nothing } }).body;

  it("names the host, in the question and on the button that agrees", () => {
    expect(asked()).toContain("What you say would travel unencrypted to nas.local.");
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
    render(RoleCard, { props: { role: "partner", chosen: { ...CHOSEN, ...chosen }, open: nothing, changed: nothing } })
      .body;

  it("shows that the way there is not encrypted", () => {
    expect(card({ host: "nas.local", unencrypted: true })).toContain("nas.local · without encryption, as you agreed");
    expect(card({ host: "nas.local" })).not.toContain("without encryption");
  });
});
