//! A microphone and a loudspeaker without hardware: a private PulseAudio with its own folder and socket.
//!
//! Touches nothing of the machine's own sound; everything ends when the value is dropped.

mod recording;
mod setup;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub use recording::ControlRecording;
use setup::{MICROPHONE, configuration_text, environment, private_folder, socket};

use crate::Unavailable;

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
        std::fs::write(configuration(folder.path()), configuration_text(folder.path()))
            .map_err(Unavailable::because)?;
        let alsa = "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n";
        std::fs::write(folder.path().join("asound.conf"), alsa).map_err(Unavailable::because)?;
        let server = launch(folder.path())?;
        let sound = Self { server, folder };
        sound.wait_for_answer()?;
        Ok(sound)
    }

    /// Starts the server anew, at the same place and with the same devices, after it was ended by
    /// [`crash`](Self::crash); waits until it answers.
    ///
    /// # Errors
    /// [`Unavailable`] when it does not start.
    pub fn restart(&mut self) -> Result<(), Unavailable> {
        self.crash();
        self.server = launch(self.folder.path())?;
        self.wait_for_answer()
    }

    fn wait_for_answer(&self) -> Result<(), Unavailable> {
        let deadline = Instant::now() + Duration::from_secs(10);
        while self.control(&["info"]).is_err() {
            if Instant::now() >= deadline {
                return Err(Unavailable::because(
                    "pulseaudio or pactl (pulseaudio-utils) does not start",
                ));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
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
        ControlRecording::start(self.command("parecord"), source)
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

fn configuration(folder: &Path) -> PathBuf {
    folder.join("daemon.pa")
}

fn launch(folder: &Path) -> Result<Child, Unavailable> {
    Command::new("pulseaudio")
        .args([
            "-n",
            "--system=false",
            "--daemonize=no",
            "--use-pid-file=no",
            "--exit-idle-time=300",
        ])
        .args([
            "--realtime=no",
            "--high-priority=no",
            "--disable-shm=yes",
            "--log-target=stderr",
            "-F",
        ])
        .arg(configuration(folder))
        .envs(environment(folder))
        .env("HOME", folder.join("home"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| Unavailable::because(format!("install the package pulseaudio ({error})")))
}

impl Drop for VirtualSound {
    fn drop(&mut self) {
        self.crash();
    }
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
