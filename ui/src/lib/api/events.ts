// Events of the core. They only say that something changed; the window asks again.
import { events, type GoTo, type Heard, type Topic } from "../bindings";
import { Revisions } from "./revisions";

type Listener = () => void;

const listeners = new Set<{ topics: readonly Topic[]; listener: Listener }>();
const revisions = new Revisions();

/** Calls `listener` whenever one of `topics` changed, and after a gap in the revisions. Returns the way out. */
export function onChanged(topics: readonly Topic[], listener: Listener): () => void {
  const entry = { topics, listener };
  listeners.add(entry);
  return () => listeners.delete(entry);
}

/** Everything the window shows may be stale: every listener asks again. */
export function everythingChanged(): void {
  for (const entry of [...listeners]) entry.listener();
}

/** Begins to listen. Called once, before the first question is asked. */
export async function listenToCore(heard: (level: Heard) => void, goTo: (place: GoTo) => void): Promise<void> {
  await events.changedEvent.listen(({ payload }) => {
    if (revisions.missed(payload.revision)) return everythingChanged();
    for (const entry of [...listeners]) if (entry.topics.includes(payload.topic)) entry.listener();
  });
  await events.heardEvent.listen(({ payload }) => heard(payload));
  await events.goToEvent.listen(({ payload }) => goTo(payload));
}
