// The system packages by package manager: what building, running and testing need, and how each manager is asked.
// Knows names only; .scripts/setup.mjs decides what is installed.

import { answerOf, isInstalled } from "./programs.mjs";

const lines = (text) => (text ?? "").split("\n").filter(Boolean);

const apt = {
  program: "apt-get",
  refresh: ["apt-get", "update"],
  install: ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "--no-install-recommends"],
  build: ["build-essential", "pkg-config", "libwebkit2gtk-4.1-dev", "libasound2-dev"],
  run: ["gstreamer1.0-plugins-good", "espeak-ng"],
  window: ["webkit2gtk-driver", "xvfb", "xauth", "dbus", "fonts-dejavu-core", "fonts-wqy-microhei"],
  sound: ["pulseaudio", "pulseaudio-utils", "libasound2-plugins", "alsa-utils"],
  speech: ["asterisk-core-sounds-en", "asterisk-core-sounds-en-g722", "ffmpeg", "lame", "sqlite3", "strace"],
  database: ["postgresql"],
  keychain: ["gnome-keyring"],
  recordings: ["en", "es", "fr", "it", "ru"].flatMap((language) => [`asterisk-core-sounds-${language}`, `asterisk-core-sounds-${language}-g722`]),
  python: ["python3", "python3-venv"],
  installed(names) {
    // A name that dpkg has never heard of makes it exit with an error after answering for the others.
    const all = answerOf("sh", ["-c", 'dpkg-query -W -f=\'${Package} ${db:Status-Status}\n\' "$@" 2>/dev/null || true', "sh", ...names]);
    return new Set(lines(all).filter((line) => line.endsWith(" installed")).map((line) => line.split(" ")[0]));
  },
};

const dnf = {
  program: "dnf",
  install: ["dnf", "install", "-y", "--setopt=install_weak_deps=False"],
  build: ["gcc", "gcc-c++", "make", "pkgconf-pkg-config", "webkit2gtk4.1-devel", "alsa-lib-devel"],
  run: ["gstreamer1-plugins-good", "espeak-ng"],
  window: ["/usr/bin/WebKitWebDriver", "/usr/bin/Xvfb", "xorg-x11-xauth", "dbus-daemon", "dejavu-sans-fonts", "wqy-microhei-fonts"],
  sound: ["pulseaudio", "pulseaudio-utils", "alsa-utils"],
  speech: ["/usr/bin/ffmpeg", "lame", "sqlite", "strace"],
  database: ["postgresql-server"],
  keychain: ["gnome-keyring"],
  installed: (names) => new Set(names.filter((name) => answerOf("rpm", ["-q", "--whatprovides", name]) !== null)),
};

const pacman = {
  program: "pacman",
  install: ["pacman", "-S", "--needed", "--noconfirm"],
  build: ["base-devel", "webkit2gtk-4.1", "alsa-lib"],
  run: ["gst-plugins-good", "espeak-ng"],
  window: ["xorg-server-xvfb", "xorg-xauth", "dbus", "ttf-dejavu", "wqy-microhei"],
  sound: ["pulseaudio", "alsa-plugins", "alsa-utils"],
  speech: ["ffmpeg", "lame", "sqlite", "strace"],
  database: ["postgresql"],
  keychain: ["gnome-keyring"],
  installed: (names) => new Set(names.filter((name) => answerOf("pacman", ["-Qq", name]) !== null)),
};

/** The package manager of this Linux, or null where it is none that is known here. */
export function packageManager() {
  if (process.platform !== "linux") return null;
  return [apt, dnf, pacman].find((manager) => isInstalled(manager.program)) ?? null;
}

/** Those of the names that are not installed. */
export function missingFrom(manager, names) {
  const there = manager.installed(names);
  return names.filter((name) => !there.has(name));
}

/** Whether installing PulseAudio would push out the PipeWire server that a desktop is using. */
export function pipewireServesSound() {
  return ["pipewire-pulse", "wireplumber"].some(isInstalled);
}
