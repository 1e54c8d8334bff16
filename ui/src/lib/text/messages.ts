// The keys of the message catalogue as types: a key that is not in en.json does not compile.
import type en from "../../../messages/en.json";

type Key = keyof typeof en;
type Plural<K> = K extends `${infer Base}_one` | `${infer Base}_other` ? Base : never;

/** A key with its plural suffix taken off. */
export type MessageKey = Exclude<Key, `${string}_one` | `${string}_other`> | Plural<Key>;
