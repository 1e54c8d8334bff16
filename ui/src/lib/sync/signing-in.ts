// What the form for signing in holds, what it still lacks, and the request it becomes. Pure. Secrets are not part of the
// form: they stay in their fields until the moment of sending, and then they are nowhere.
import type {
  AccountView,
  AudioChoice,
  ErrorView,
  KeyPlace,
  ServerKind,
  SignInAs,
  SignInRequest,
  UntoldView,
} from "../api";

export interface SignInForm {
  server: ServerKind;
  address: string;
  appId: string;
  who: SignInAs["kind"];
  username: string;
  stubUser: string;
  audio: AudioChoice;
  keys: KeyPlace;
  /** The host that the user agrees to speak to without encryption. */
  plainHost: string | null;
  /** The server before is not told of every deletion, and that is known. */
  forgetUntold: boolean;
  /** The master key is asked for. */
  mastered: boolean;
}

/** What is typed into fields that are emptied when it is sent. */
export interface Secrets {
  appKey: string;
  masterKey: string;
  password: string;
  code: string;
}

/** In the order in which they stand on the page. */
const SECRETS = ["appKey", "code", "password", "masterKey"] as const satisfies readonly (keyof Secrets)[];

/** A field that can be named as the one to fill in. */
export type Field = "address" | "appId" | "username" | keyof Secrets;

/** Something that is missing, and the field in which it is; `null` where something has to be agreed to. */
export interface Lack {
  error: ErrorView;
  field: Field | null;
}

/** A field that holds a secret, as far as it is needed here. */
export interface SecretHolder {
  value: string;
}

/** An empty form, or one for somebody who signs in again. */
export function formFor(account: AccountView | null): SignInForm {
  return {
    server: account?.server ?? "lean_cloud",
    address: account?.address ?? "",
    appId: account?.app_id ?? "",
    who: account === null ? "anonymous" : account.username === null ? "recovery_code" : "log_in",
    username: account?.username ?? "",
    stubUser: account?.stub_user ?? "",
    audio: account?.audio ?? "sent",
    keys: account?.keys ?? "keychain",
    plainHost: null,
    forgetUntold: false,
    mastered: account?.has_master_key ?? false,
  };
}

/** Reads the fields of secrets; one that is not there holds nothing. */
export function read(fields: Partial<Record<keyof Secrets, SecretHolder | undefined>>): Secrets {
  return {
    appKey: fields.appKey?.value ?? "",
    masterKey: fields.masterKey?.value ?? "",
    password: fields.password?.value ?? "",
    code: fields.code?.value ?? "",
  };
}

/** Empties the fields of secrets. */
export function empty(fields: Partial<Record<keyof Secrets, SecretHolder | undefined>>): void {
  for (const name of SECRETS) {
    const field = fields[name];
    if (field) field.value = "";
  }
}

/** Which secrets are filled in. Once they are sent, these are to be entered again. */
export function given(secrets: Secrets): (keyof Secrets)[] {
  return SECRETS.filter((name) => !isEmpty(name, secrets[name]));
}

/** Whether another place for the keys would help. */
export function wantsFile(error: ErrorView, form: SignInForm): boolean {
  return error.code.startsWith("keychain_") && form.keys === "keychain";
}

const lack = (field: Field | null, code: string, params: Record<string, string> = {}): Lack => ({
  error: { code, params },
  field,
});

/**
 * What can be seen to be missing without asking anybody, so that no secret has to be typed twice for it: the first field
 * of the page that it is true of. `sent` are the secrets that were given before and are emptied since; `untold` is what
 * the server so far would never be told if this is another one.
 */
export function lacking(
  form: SignInForm,
  secrets: Secrets,
  sent: readonly (keyof Secrets)[] = [],
  untold: UntoldView | null = null,
): Lack | null {
  const address = form.address.trim();
  if (address === "") return lack("address", "address_missing");
  if (!/^https?:\/\/[^\s/]/i.test(address)) return lack("address", "address_bad", { address });
  if (form.appId.trim() === "") return lack("appId", "app_id_missing");
  const texts = { ...secrets, username: form.username };
  const missing = needed(form, sent).find((name) => isEmpty(name, texts[name]));
  if (missing !== undefined) return lack(missing, codeFor(missing, form, sent));
  if (form.who === "recovery_code" && tidyCode(secrets.code) === null) return lack("code", "recovery_code_bad");
  return untold !== null && !form.forgetUntold && leaves(form, untold) ? untoldLack(untold) : null;
}

/** What has to be filled in below the id of the app, in the order of the page. */
function needed(form: SignInForm, sent: readonly (keyof Secrets)[]): ("username" | keyof Secrets)[] {
  const named = form.who === "log_in" || form.who === "sign_up";
  return [
    // A Parse Server may want none, but not one that was given one before.
    ...(form.server === "lean_cloud" || sent.includes("appKey") ? (["appKey"] as const) : []),
    ...(form.who === "recovery_code" ? (["code"] as const) : []),
    ...(named ? (["username", "password"] as const) : []),
    ...(form.mastered ? (["masterKey"] as const) : []),
  ];
}

function codeFor(missing: "username" | keyof Secrets, form: SignInForm, sent: readonly (keyof Secrets)[]): string {
  if (missing !== "username" && sent.includes(missing)) {
    return missing === "appKey" && form.server === "parse" ? "app_key_again" : "secret_again";
  }
  return missing === "masterKey" ? "master_key_missing" : "field_missing";
}

/** Whether the form is certainly for another user, or another app, than the one that knows the records. */
function leaves(form: SignInForm, untold: UntoldView): boolean {
  const isNew = form.who === "anonymous" || form.who === "sign_up";
  return isNew || form.server !== untold.server || form.appId.trim() !== untold.app_id;
}

function untoldLack({ host, deletions, files }: UntoldView): Lack {
  return lack(null, "untold_elsewhere", { host, deletions: String(deletions), files: String(files) });
}

export function requestOf(form: SignInForm, secrets: Secrets): SignInRequest {
  return {
    server: form.server,
    address: form.address.trim(),
    app_id: form.appId.trim(),
    app_key: filled(secrets.appKey),
    master_key: form.mastered ? filled(secrets.masterKey) : null,
    who: whoOf(form, secrets),
    stub_user: filled(form.stubUser),
    audio: form.audio,
    keys: form.keys,
    forget_untold: form.forgetUntold,
    plain_hosts: form.plainHost === null ? [] : [form.plainHost],
  };
}

function whoOf(form: SignInForm, { password, code }: Secrets): SignInAs {
  const username = form.username.trim();
  switch (form.who) {
    case "anonymous":
      return { kind: "anonymous" };
    case "recovery_code":
      return { kind: "recovery_code", code: tidyCode(code) ?? code };
    case "log_in":
      return { kind: "log_in", username, password };
    case "sign_up":
      return { kind: "sign_up", username, password };
  }
}

/** Blanks may be a password, and nothing else. */
function isEmpty(field: Field, text: string): boolean {
  return (field === "password" ? text : text.trim()) === "";
}

function filled(text: string): string | null {
  const trimmed = text.trim();
  return trimmed === "" ? null : trimmed;
}

const GROUPS = [8, 4, 4, 4, 12] as const;

/** A recovery code as it is shown: five groups. Text that is no code stays in one. */
export function groupsOf(code: string): string[] {
  const digits = code.replaceAll("-", "");
  if (digits.length !== 32) return [code];
  let from = 0;
  return GROUPS.map((length) => digits.slice(from, (from += length)));
}

/** A code as somebody typed it from paper, with blanks and capitals, as the server knows it; `null` when it is none. */
export function tidyCode(typed: string): string | null {
  const digits = typed.replace(/[\s\-–—.]/g, "").toLowerCase();
  return /^[0-9a-f]{32}$/.test(digits) ? groupsOf(digits).join("-") : null;
}
