//! A microphone and a loudspeaker without hardware: a private PulseAudio with its own folder and socket.
//!
//! Touches nothing of the machine's own sound; everything ends when the value is dropped.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::Unavailable;

/// Rate of the loudspeaker and of what is recorded from it.
const RATE: u32 = 48_000;

/// Name of the microphone that exists from the start, as PulseAudio calls it.
const MICROPHONE: &str = "virtmic";

/// A private sound server with a microphone and a loudspeaker.
#[derive(Debug)]
pub struct VirtualSound {
    server: Child,
    folder: TempDir,
}

impl VirtualSound {
    /// Starts the server and waits until it answers.
    ///
    /// # Errors
    /// [`Unavailable`] when PulseAudio is not installed or does not start.
    pub fn start() -> Result<Self, Unavailable> {
        let folder = tempfile::Builder::new()
            .prefix("sound")
            .tempdir()
            .map_err(Unavailable::because)?;
        for name in ["pulse", "home"] {
            private_folder(&folder.path().join(name)).map_err(Unavailable::because)?;
        }
        let configuration = folder.path().join("daemon.pa");
        std::fs::write(&configuration, configuration_text(folder.path())).map_err(Unavailable::because)?;
        let alsa = "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n";
        std::fs::write(folder.path().join("asound.conf"), alsa).map_err(Unavailable::because)?;
        let server = Command::new("pulseaudio")
            .args([
                "-n",
                "--system=false",
                "--daemonize=no",
                "--use-pid-file=no",
                "--exit-idle-time=-1",
            ])
            .args([
                "--realtime=no",
                "--high-priority=no",
                "--disable-shm=yes",
                "--log-target=stderr",
                "-F",
            ])
            .arg(&configuration)
            .envs(environment(folder.path()))
            .env("HOME", folder.path().join("home"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| Unavailable::because(format!("install the package pulseaudio ({error})")))?;
        let sound = Self { server, folder };
        let deadline = Instant::now() + Duration::from_secs(10);
        while sound.control(&["info"]).is_err() {
            if Instant::now() >= deadline {
                return Err(Unavailable::because(
                    "pulseaudio or pactl (pulseaudio-utils) does not start",
                ));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(sound)
    }

    /// What a program needs in its environment to use this server.
    pub fn env(&self) -> Vec<(String, String)> {
        environment(self.folder.path())
    }

    /// Where the server listens.
    pub fn socket(&self) -> PathBuf {
        socket(self.folder.path())
    }

    /// Speaks a WAV into the microphone, in real time, to its end.
    ///
    /// # Errors
    /// [`Unavailable`] when the player fails.
    pub fn play(&self, wav: &Path) -> Result<(), Unavailable> {
        let status = self.player(wav)?.wait().map_err(Unavailable::because)?;
        if status.success() {
            Ok(())
        } else {
            Err(Unavailable::because("paplay failed"))
        }
    }

    /// Starts to speak a WAV into the microphone; ends with it or when the child is killed.
    ///
    /// # Errors
    /// [`Unavailable`] when the player does not start.
    pub fn player(&self, wav: &Path) -> Result<Child, Unavailable> {
        self.command("paplay")
            .arg("--device=mic_feed")
            .arg(wav)
            .spawn()
            .map_err(Unavailable::because)
    }

    /// Starts to record what comes out of the loudspeaker.
    ///
    /// # Errors
    /// [`Unavailable`] when the recorder does not start.
    pub fn record_speaker(&self) -> Result<ControlRecording, Unavailable> {
        self.record("speaker.monitor")
    }

    /// Starts to record what the microphones hear, whether they are plugged in or not: the measure for what a
    /// recorder could have got on a machine that is as busy as this one.
    ///
    /// # Errors
    /// [`Unavailable`] when the recorder does not start.
    pub fn record_feed(&self) -> Result<ControlRecording, Unavailable> {
        self.record("mic_feed.monitor")
    }

    fn record(&self, source: &str) -> Result<ControlRecording, Unavailable> {
        let mut recorder = self
            .command("parecord")
            .args(["--raw", "--latency-msec=20", &format!("--device={source}")])
            .args(["--format=s16le", "--channels=1", &format!("--rate={RATE}")])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(Unavailable::because)?;
        let pipe = recorder.stdout.take();
        let reader = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            if let Some(mut pipe) = pipe {
                // Ends when the recorder is ended.
                let _ = pipe.read_to_end(&mut bytes);
            }
            bytes
        });
        // Its first samples come when it is connected; what is played before that would be missed.
        std::thread::sleep(Duration::from_millis(300));
        Ok(ControlRecording {
            recorder,
            reader: Some(reader),
        })
    }

    /// Takes the microphone away.
    ///
    /// # Errors
    /// [`Unavailable`] when the server does not obey.
    pub fn unplug(&self) -> Result<(), Unavailable> {
        let modules = self.control(&["list", "short", "modules"])?;
        let wanted = format!("source_name={MICROPHONE} ");
        for line in modules.lines().filter(|line| line.contains(&wanted)) {
            let number = line.split_whitespace().next().unwrap_or_default();
            self.control(&["unload-module", number])?;
        }
        Ok(())
    }

    /// Puts the microphone back and makes it the default again.
    ///
    /// # Errors
    /// [`Unavailable`] when the server does not obey.
    pub fn replug(&self) -> Result<(), Unavailable> {
        self.plug(MICROPHONE, "VirtualMicrophone")?;
        self.control(&["set-default-source", MICROPHONE]).map(drop)
    }

    /// Plugs in another microphone, which hears the same as the first. The description is one word.
    ///
    /// # Errors
    /// [`Unavailable`] when the server does not obey.
    pub fn plug(&self, name: &str, description: &str) -> Result<(), Unavailable> {
        let source = format!("source_name={name}");
        let description = format!("source_properties=device.description={description}");
        self.control(&[
            "load-module",
            "module-remap-source",
            &source,
            "master=mic_feed.monitor",
            &description,
        ])
        .map(drop)
    }

    /// Freezes the server for a while, as a machine under load does.
    ///
    /// # Errors
    /// [`Unavailable`] when the signal cannot be sent.
    pub fn freeze(&self, how_long: Duration) -> Result<(), Unavailable> {
        self.signal("-STOP")?;
        std::thread::sleep(how_long);
        self.signal("-CONT")
    }

    /// Ends the server in the middle of everything.
    pub fn crash(&mut self) {
        // It may have ended by itself.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }

    fn signal(&self, signal: &str) -> Result<(), Unavailable> {
        let status = Command::new("kill")
            .args([signal, &self.server.id().to_string()])
            .status();
        status.map(drop).map_err(Unavailable::because)
    }

    fn control(&self, arguments: &[&str]) -> Result<String, Unavailable> {
        let output = self
            .command("pactl")
            .args(arguments)
            .output()
            .map_err(Unavailable::because)?;
        if !output.status.success() {
            return Err(Unavailable::because(format!("pactl {arguments:?} failed")));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .envs(self.env())
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        command
    }
}

impl Drop for VirtualSound {
    fn drop(&mut self) {
        self.crash();
    }
}

/// A recording made by another program, until it is stopped.
#[derive(Debug)]
pub struct ControlRecording {
    recorder: Child,
    reader: Option<JoinHandle<Vec<u8>>>,
}

impl ControlRecording {
    /// Samples per second of what is recorded.
    pub const RATE: u32 = RATE;

    /// Ends the recording; returns it as mono.
    pub fn stop(mut self) -> Vec<f32> {
        // What was played last is still under way inside the server.
        std::thread::sleep(Duration::from_millis(150));
        self.end();
        let bytes = self
            .reader
            .take()
            .and_then(|reader| reader.join().ok())
            .unwrap_or_default();
        bytes
            .as_chunks::<2>()
            .0
            .iter()
            .map(|&pair| f32::from(i16::from_le_bytes(pair)) / 32768.0)
            .collect()
    }

    fn end(&mut self) {
        // It may have ended by itself.
        let _ = self.recorder.kill();
        let _ = self.recorder.wait();
    }
}

impl Drop for ControlRecording {
    fn drop(&mut self) {
        self.end();
    }
}

fn socket(folder: &Path) -> PathBuf {
    folder.join("pulse/native")
}

fn environment(folder: &Path) -> Vec<(String, String)> {
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
fn configuration_text(folder: &Path) -> String {
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
fn private_folder(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn private_folder(path: &Path) -> std::io::Result<()> {
    std::fs::create_dir(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_sound_servers_live_side_by_side_and_leave_nothing_behind() {
        let (one, other) = match (VirtualSound::start(), VirtualSound::start()) {
            (Ok(one), Ok(other)) => (one, other),
            (Err(reason), _) | (_, Err(reason)) => return eprintln!("left out: {reason}"),
        };
        one.unplug().unwrap();
        assert!(
            !one.control(&["list", "short", "sources"])
                .unwrap()
                .contains(MICROPHONE)
        );
        assert!(
            other
                .control(&["list", "short", "sources"])
                .unwrap()
                .contains(MICROPHONE)
        );
        one.replug().unwrap();
        assert!(
            one.control(&["list", "short", "sources"])
                .unwrap()
                .contains(MICROPHONE)
        );
        let folder = one.folder.path().to_owned();
        drop(one);
        assert!(!folder.exists());
    }
}
