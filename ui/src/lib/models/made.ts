// Models made up for tests.
import type { ChosenModel, ModelRole, ModelsView, PresetView } from "../api";

const ROLES: readonly ModelRole[] = ["partner", "transcriber", "evaluator", "speaker"];

export const QWEN: PresetView = {
  id: "qwen",
  name: "Qwen",
  address: "https://qwen.example.org/v1",
  workspace_address: "https://{workspace}.qwen.example.org/v1",
  key: "needed",
  roles: ROLES.map((role) => ({ role, model: `qwen-${role}`, voices: role === "partner" ? ["Ethan"] : [] })),
  hints: ["key_of_one_region"],
};

export const LOCAL: PresetView = {
  id: "local",
  name: "Local",
  address: "http://127.0.0.1:11434/v1",
  workspace_address: null,
  key: "unused",
  roles: ROLES.slice(0, 3).map((role) => ({ role, model: "", voices: [] })),
  hints: [],
};

export const CHOSEN: ChosenModel = {
  preset: "qwen",
  address: QWEN.address,
  host: "qwen.example.org",
  on_this_computer: false,
  unencrypted: false,
  model: "qwen-partner",
  voice: null,
  key: "keychain",
  hears: true,
  speaks: true,
  checked_at: null,
  check: null,
};

type Players = Partial<Record<ModelRole, ChosenModel>>;

export function view(chosen: Players = {}, substitutes: Players = {}): ModelsView {
  return {
    roles: ROLES.map((role) => ({ role, chosen: chosen[role] ?? null, substitute: substitutes[role] ?? null })),
    presets: [QWEN, LOCAL],
    plain_hosts: [],
    voice_goes_to: [],
    feedback_by: [],
  };
}
