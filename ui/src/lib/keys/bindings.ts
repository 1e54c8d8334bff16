// Which key does what: the defaults, what the user changed, and which keys may be chosen. Pure.

export const SCOPES = ["everywhere", "practice", "review"] as const;
export type Scope = (typeof SCOPES)[number];

const DEFAULTS = {
  home: ["everywhere", "Mod+1"],
  catalogue: ["everywhere", "Mod+2"],
  history: ["everywhere", "Mod+3"],
  progress: ["everywhere", "Mod+4"],
  settings: ["everywhere", "Mod+5"],
  recovery: ["everywhere", "Mod+6"],
  search: ["everywhere", "Mod+F"],
  undo: ["everywhere", "Mod+Z"],
  keys: ["everywhere", "F1"],
  talk: ["practice", "Space"],
  lock: ["practice", "Shift+Space"],
  send: ["practice", "Enter"],
  cancel: ["practice", "Escape"],
  interrupt: ["practice", "I"],
  thinking: ["practice", "T"],
  again: ["practice", "R"],
  slower: ["practice", "S"],
  hint: ["practice", "H"],
  type: ["practice", "K"],
  pause: ["practice", "P"],
  end: ["practice", "Mod+."],
  back_5: ["review", "J"],
  forward_5: ["review", "L"],
  speed_down: ["review", ","],
  speed_up: ["review", "."],
} as const satisfies Record<string, readonly [Scope, string]>;

export type ActionName = keyof typeof DEFAULTS;
export const ACTIONS = Object.keys(DEFAULTS) as ActionName[];

export function scopeOf(action: ActionName): Scope {
  return DEFAULTS[action][0];
}

export function defaultChord(action: ActionName): string {
  return DEFAULTS[action][1];
}

export type Changes = { [action in string]?: string };

/** The key in force for an action. */
export function chordFor(action: ActionName, changes: Changes): string {
  return changes[action] ?? defaultChord(action);
}

/** The actions a chord stands for; one at most in each scope. */
export function actionsFor(chord: string, changes: Changes): ActionName[] {
  return ACTIONS.filter((action) => chordFor(action, changes) === chord);
}

const RESERVED = new Set(["Tab", "Shift+Tab", "Mod+C", "Mod+V", "Mod+X", "Mod+A", "Mod+Q", "Mod+W"]);

/** Keys that move the focus or belong to the system. */
export function reserved(chord: string): boolean {
  return RESERVED.has(chord) || /(^|\+)(Arrow\w+|Home|End|PageUp|PageDown)$/.test(chord);
}

/** The other action that already uses this chord where both could be meant. */
export function takenBy(chord: string, action: ActionName, changes: Changes): ActionName | null {
  const scope = scopeOf(action);
  const clash = actionsFor(chord, changes).find(
    (other) =>
      other !== action && (scopeOf(other) === scope || scope === "everywhere" || scopeOf(other) === "everywhere"),
  );
  return clash ?? null;
}

/** The user's changes with one more; a key set back to its default is no change. */
export function changed(changes: Changes, action: ActionName, chord: string): { [action in string]: string } {
  const kept = Object.entries(changes).filter(([name, key]) => name !== action && key !== undefined) as [
    string,
    string,
  ][];
  return Object.fromEntries(chord === defaultChord(action) ? kept : [...kept, [action, chord]]);
}
