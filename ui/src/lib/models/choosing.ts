// What the form for a model holds, what it still lacks, and the request it becomes. Pure. The key is not part of the
// form: it stays in its field until the moment of sending, and then it is nowhere.
import type {
  ChosenModel,
  ErrorView,
  KeyPlace,
  ModelForm,
  ModelPlace,
  ModelRole,
  ModelsView,
  PresetView,
  SuggestedModel,
} from "../api";

export interface Choosing {
  role: ModelRole;
  place: ModelPlace;
  /** Id of the host. */
  preset: string;
  address: string;
  /** Id of the workspace that the address was made for; empty where there is none. */
  workspace: string;
  model: string;
  voice: string;
  /** Where a new key is kept. */
  keys: KeyPlace;
}

export type Field = "address" | "workspace" | "model" | "key";

/** Something that is missing, and the field in which it is. */
export interface Lack {
  error: ErrorView;
  field: Field;
}

/** The hosts that can take a role, in their order. */
export function hostsFor(view: ModelsView, role: ModelRole): PresetView[] {
  return view.presets.filter((preset) => suggested(preset, role) !== undefined);
}

/** What a host suggests for a role. */
export function suggested(preset: PresetView, role: ModelRole): SuggestedModel | undefined {
  return preset.roles.find((one) => one.role === role);
}

/** Names a task and a place in it, for what is found by such a name. */
export function placeKey(role: ModelRole, place: ModelPlace): string {
  return place === "first" ? role : `${role}-substitute`;
}

/** Who does a task in this place. */
export function chosenAt(view: ModelsView, role: ModelRole, place: ModelPlace): ChosenModel | null {
  const found = view.roles.find((one) => one.role === role);
  return (place === "first" ? found?.chosen : found?.substitute) ?? null;
}

/** Everybody who was chosen, the first ones before the substitutes. */
function everybody(view: ModelsView): ChosenModel[] {
  const all = [...view.roles.map(({ chosen }) => chosen), ...view.roles.map(({ substitute }) => substitute)];
  return all.filter((one) => one !== null);
}

/**
 * The form as it begins: what is chosen, else the host of another role, else the first that can take this one. A
 * substitute begins at another host than the first, which is likely to fail as a whole.
 */
export function formFor(view: ModelsView, role: ModelRole, place: ModelPlace = "first"): Choosing {
  const chosen = chosenAt(view, role, place);
  const keys = everybody(view).find(({ key }) => key)?.key ?? "keychain";
  if (chosen) {
    const { preset, address, model, voice } = chosen;
    return { role, place, preset, address, workspace: "", model, voice: voice ?? "", keys };
  }
  const taken = place === "substitute" ? chosenAt(view, role, "first")?.preset : undefined;
  const all = hostsFor(view, role);
  const others = all.filter(({ id }) => id !== taken);
  const hosts = others.length > 0 ? others : all;
  const alike = view.roles.map((one) => chosenAt(view, one.role, place));
  const beside = alike.find((one) => hosts.some(({ id }) => id === one?.preset));
  const preset = hosts.find(({ id }) => id === beside?.preset) ?? hosts[0];
  const form = { role, place, preset: "", address: "", workspace: "", model: "", voice: "", keys };
  if (preset === undefined) return form;
  const begun = withHost(form, preset);
  return beside ? { ...begun, address: beside.address } : begun;
}

/** The form for another host: its address and its suggestions, and nothing of the host before. */
export function withHost(form: Choosing, preset: PresetView): Choosing {
  const model = suggested(preset, form.role)?.model ?? "";
  return { ...form, preset: preset.id, address: preset.address, workspace: "", model, voice: "" };
}

/** The form for an account with this workspace; without one the address is the shared one. */
export function withWorkspace(form: Choosing, preset: PresetView, typed: string): Choosing {
  const workspace = typed.trim();
  const pattern = preset.workspace_address;
  const address = workspace === "" || pattern === null ? preset.address : pattern.replace("{workspace}", workspace);
  return { ...form, workspace, address };
}

const tidy = (address: string) => address.trim().replace(/\/+$/, "");

/** Where the key for this address is kept, if somebody has one there. */
export function keptKey(view: ModelsView, address: string): KeyPlace | null {
  return everybody(view).find((one) => one.key && tidy(one.address) === tidy(address))?.key ?? null;
}

/** Whether a press can set all four roles up at this host. */
export function takesAll(preset: PresetView): boolean {
  return preset.key !== "unused" && preset.roles.length === 4 && preset.roles.every(({ model }) => model !== "");
}

const lack = (field: Field, code: string): Lack => ({ error: { code, params: {} }, field });

/** What can be seen to be missing without asking anybody, so that no key has to be typed twice for it. */
export function lacking(form: Choosing, preset: PresetView, key: string, kept: KeyPlace | null): Lack | null {
  if (form.workspace !== "" && !/^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/i.test(form.workspace)) {
    return lack("workspace", "model_workspace");
  }
  if (!/^https?:\/\/[^\s/]/i.test(form.address.trim())) return lack("address", "model_address");
  if (form.model.trim() === "" && form.role !== "transcriber") return lack("model", "model_name");
  if (preset.key === "needed" && key.trim() === "" && kept === null) return lack("key", "model_key_wanted");
  return null;
}

/** Whether another place for the key would help. */
export function wantsFile(error: ErrorView, form: Choosing): boolean {
  return error.code.startsWith("keychain_") && form.keys === "keychain";
}

/** The host that nobody has agreed to reach without encryption, where that is what stands in the way. */
export function unagreedHost(error: ErrorView | null): string | null {
  return error?.code === "model_plain_http" ? (error.params["host"] ?? null) : null;
}

export function requestOf(form: Choosing, key: string): ModelForm {
  const filled = (text: string) => (text.trim() === "" ? null : text.trim());
  return {
    role: form.role,
    place: form.place,
    preset: form.preset,
    address: form.address.trim(),
    model: form.model.trim(),
    voice: filled(form.voice),
    key: filled(key),
    keys: form.keys,
  };
}

/** All four roles at one host. The key goes along once: the others find it there, because they have the same address. */
export function requestsOf(form: Choosing, preset: PresetView, key: string): ModelForm[] {
  return preset.roles.map(({ role, model }, index) => {
    const own = role === form.role ? form : { ...form, role, model, voice: "" };
    return requestOf(own, index === 0 ? key : "");
  });
}

/** Reads a field that holds a key and empties it at once, so that it outlives no wait. */
export function taken(field: { value: string } | undefined): string {
  if (field === undefined) return "";
  const key = field.value;
  field.value = "";
  return key;
}
