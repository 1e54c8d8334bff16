import { mount } from "svelte";
import App from "./App.svelte";
import { everythingChanged, listenToCore } from "./lib/api";
import { app } from "./lib/app.svelte";
import { installKeyboard } from "./lib/keys/keyboard.svelte";
import { models } from "./lib/models/chosen.svelte";
import { practice } from "./lib/practice.svelte";
import { remote } from "./lib/remote.svelte";
import { router } from "./lib/route.svelte";
import { ear } from "./lib/sound/heard.svelte";
import { language, learn } from "./lib/text/translate.svelte";
import { askAhead, forget } from "./screens/home/ahead";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/screen.css";

// A core that is busy, with a migration say, is not waited for any longer: the window says that it waits.
const LONGEST_WITHOUT_A_PICTURE = 500;

function show(): void {
  const target = document.getElementById("app");
  if (target) mount(App, { target });
}

installKeyboard();
app.follow();
practice.follow();
remote.follow();
models.follow();

// Everything is asked at once and the first picture is a whole one: each picture costs more than an answer does.
const listening = listenToCore(
  (level) => ear.hear(level),
  (place) => (place.kind === "review" ? router.go({ name: "review", session: place.session }) : router.open("history")),
).catch(() => undefined);
// The words are most likely those of the system's language; they are on their way while the core is asked.
void learn(navigator.language.startsWith("zh") ? "zh-CN" : "en").catch(() => undefined);
const answered = Promise.all([app.load(), practice.ask(), remote.load(), models.load(), askAhead()]).then(() => {
  // A take that waits for a decision comes first.
  if ((app.view?.interrupted_takes ?? 0) > 0) router.replace({ name: "recovery" });
});
const late = new Promise((resolve) => setTimeout(resolve, LONGEST_WITHOUT_A_PICTURE)).then(() => learn(language()));
void Promise.race([answered, late])
  // A window without words is better than none.
  .catch(() => undefined)
  .then(show)
  .then(() => Promise.all([listening, answered]))
  // What changed between an answer and the listening was told to nobody, so everything is asked once more.
  .then(() => requestAnimationFrame(() => setTimeout(everythingChanged)))
  .finally(forget);
