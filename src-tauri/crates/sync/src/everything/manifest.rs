//! What stands beside the data: `manifest.json` for programs, `README.txt` for people. All of it blocks.

use rehearse_leancloud::Timestamp;
use serde::Serialize;

use super::folder::Folder;
use super::record::Records;
use super::state::{State, VERSION};
use super::{EverythingError, FailedFile, Outcome, Report, Source, disk};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest<'a> {
    format: &'static str,
    version: u32,
    #[serde(flatten)]
    source: &'a Source,
    /// By the server's clock.
    finished_at: Timestamp,
    whole: bool,
    classes: Vec<Class<'a>>,
    files: Files<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Class<'a> {
    class: &'a str,
    #[serde(flatten)]
    outcome: &'a Outcome,
    #[serde(flatten)]
    file: Option<ListFile>,
}

/// A file of lines.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListFile {
    file: String,
    lines: u64,
    bytes: u64,
    sha256: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Files<'a> {
    count: u64,
    bytes: u64,
    unchecked: u64,
    list: ListFile,
    failed: &'a [FailedFile],
}

/// Writes both.
pub(crate) fn write(
    folder: &Folder,
    state: &State,
    report: &Report,
    finished_at: Timestamp,
) -> Result<(), EverythingError> {
    let manifest = Manifest {
        format: "rehearse-everything",
        version: VERSION,
        source: &report.source,
        finished_at,
        whole: report.is_whole(),
        classes: report
            .classes
            .iter()
            .map(|class| Class {
                class: &class.class,
                outcome: &class.outcome,
                file: list_of_class(state, &class.class),
            })
            .collect(),
        files: Files {
            count: report.files.here,
            bytes: report.files.bytes,
            unchecked: report.files.unchecked,
            list: list_of_files(folder)?,
            failed: &report.files.failed,
        },
    };
    let path = folder.manifest();
    let text = serde_json::to_vec_pretty(&manifest).map_err(std::io::Error::from);
    let written = text.and_then(|text| disk::replace(&path, &text));
    written.map_err(EverythingError::local(&path))?;
    let path = folder.read_me();
    disk::replace(&path, read_me(report, finished_at).as_bytes()).map_err(EverythingError::local(&path))
}

fn list_of_class(state: &State, class: &str) -> Option<ListFile> {
    let class = state.classes.get(class)?;
    let settled = class.settled.as_ref()?;
    Some(ListFile {
        file: format!("classes/{}.jsonl", class.stem),
        lines: settled.rows,
        bytes: settled.bytes,
        sha256: settled.sha256.clone(),
    })
}

fn list_of_files(folder: &Folder) -> Result<ListFile, EverythingError> {
    let path = folder.files();
    let local = || EverythingError::local(&path);
    let lines = Records::load(&path).map_err(local())?.0.len() as u64;
    let (bytes, sha256) = disk::fingerprint(&path).map_err(local())?.unwrap_or_default();
    Ok(ListFile {
        file: "files.jsonl".to_owned(),
        lines,
        bytes,
        sha256,
    })
}

fn read_me(report: &Report, finished_at: Timestamp) -> String {
    let Source { server, app_id, .. } = &report.source;
    let (rows, files, failed) = (report.rows(), report.files.here, report.files.failed.len());
    format!(
        "\
Everything from {server}
App {app_id}, fetched until {finished_at}: {rows} rows, {files} files here, {failed} files that could not be fetched.

  classes/NAME.jsonl  One class a file, one row a line (JSON), oldest first, as the server gave it. Passwords,
                      session tokens and the ids of anonymous users are left out on purpose.
  files/              The files. Their names begin with their ids.
  files.jsonl         One file a line: id, path, address, size, SHA-256, and what it was checked against.
  manifest.json       What is here, with counts and SHA-256; what is not, with the reason.

The layout is that of LeanCloud's own export (JSON Lines), which LeanCloud, Tencent CloudBase and tools for Parse
Server can import. Members of relations between rows are not part of it. LeanCloud closes on 2027-01-12.
To fetch what is new or was missing, run the same command with the same folder again.
These are private recordings. Nobody else can read this folder; keep it so when you copy it.


来自 {server} 的全部数据
应用 {app_id}，截至 {finished_at}：{rows} 行数据，{files} 个文件已在此处，{failed} 个文件未能取得。

  classes/类名.jsonl  每个 Class 一个文件，每行一条记录（JSON），按创建时间排列，与服务器返回的内容一致。
                      密码、会话令牌和匿名用户的标识有意不写入。
  files/              文件本身，文件名以其 id 开头。
  files.jsonl         每行一个文件：id、路径、地址、大小、SHA-256，以及核对所用的依据。
  manifest.json       此处有什么（数量与 SHA-256），缺什么以及原因。

格式与 LeanCloud 的数据导出相同（JSON Lines），可导入 LeanCloud、腾讯云 CloudBase 或用于 Parse Server 的工具。
Relation 的成员关系不包含在内。LeanCloud 将于 2027-01-12 停止服务。
要取得新增或缺少的内容，请对同一文件夹再次运行同一命令。
这些是私人录音。此文件夹只有您能读取，复制时请保持这一点。
"
    )
}
