export { Clips } from "./clips";
export { core, errorView, Refused } from "./core";
export { everythingChanged, listenToCore, onChanged } from "./events";
export type * from "../bindings";
