//! What a private sound server is told: its devices, and where everything of it lies.

use std::path::{Path, PathBuf};

/// Rate of all virtual devices, in hertz.
pub(super) const RATE: u32 = 48_000;

/// Name of the microphone that exists from the start, as PulseAudio calls it.
pub(super) const MICROPHONE: &str = "virtmic";

pub(super) fn socket(folder: &Path) -> PathBuf {
    folder.join("pulse/native")
}

pub(super) fn environment(folder: &Path) -> Vec<(String, String)> {
    let pair = |name: &str, value: String| (name.to_owned(), value);
    let path = |name: &str| folder.join(name).display().to_string();
    vec![
        pair("XDG_RUNTIME_DIR", folder.display().to_string()),
        pair("PULSE_RUNTIME_PATH", path("pulse")),
        pair("PULSE_SERVER", format!("unix:{}", socket(folder).display())),
        pair("PULSE_COOKIE", path("cookie")),
        pair("ALSA_CONFIG_PATH", path("asound.conf")),
    ]
}

/// `norewinds=1`: without it a null sink works in blocks of two seconds.
pub(super) fn configuration_text(folder: &Path) -> String {
    let socket = socket(folder);
    let socket = socket.display();
    format!(
        ".fail\n\
         load-module module-native-protocol-unix socket={socket} auth-anonymous=1\n\
         load-module module-null-sink sink_name=mic_feed rate={RATE} channels=2 format=s16le norewinds=1\n\
         load-module module-remap-source source_name={MICROPHONE} master=mic_feed.monitor \
         source_properties=device.description=VirtualMicrophone\n\
         load-module module-null-sink sink_name=speaker rate={RATE} channels=2 norewinds=1 \
         sink_properties=device.description=VirtualSpeaker\n\
         set-default-source {MICROPHONE}\n\
         set-default-sink speaker\n"
    )
}

#[cfg(unix)]
pub(super) fn private_folder(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
pub(super) fn private_folder(path: &Path) -> std::io::Result<()> {
    std::fs::create_dir(path)
}
