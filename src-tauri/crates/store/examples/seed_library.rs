//! Fills a data folder with a library that looks like years of practice, in both languages: the same for the same
//! numbers. `seed_library FOLDER SESSIONS TURNS` (turns in all). The clips have rows but no files.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use rehearse_domain::{
    EndReason, Language, Objective, ObjectiveStatus, Scenario, Session, SessionStatus, Speaker, Turn,
};
use rehearse_store::{Access, Store};

/// Sessions written in one transaction.
const BATCH: u64 = 500;

/// What is said, most often first. A speaker takes the words near the front far more often, as people do.
const ENGLISH: &str = "the i to you and a that it of in is for my we this have but with on what not be are so do can \
    about if your was at would me just know think like work time how one they more there really when up good want \
    right now because need team project make see get going could should some manager then help year salary raise \
    promotion deadline budget review meeting offer responsibility performance customer contract colleague feedback \
    schedule weekend overtime apology misunderstanding neighbour landlord deposit kitchen holiday wedding mother \
    brother divorce trust silence honest boundary respect disappointed grateful nervous figure percent market value \
    agreement compromise alternative deadline quarter report evidence numbers example";
const CHINESE: &str = "的 我 是 你 了 不 在 有 这 个 们 我们 就 也 说 要 会 都 想 可以 什么 没有 工作 时间 觉得 知道 \
    因为 所以 如果 但是 现在 项目 团队 希望 问题 需要 能不能 已经 一下 公司 经理 加薪 工资 奖金 升职 绩效 责任 合同 \
    客户 同事 反馈 加班 周末 道歉 误会 邻居 房东 押金 厨房 假期 婚礼 妈妈 哥哥 离婚 信任 沉默 诚实 界限 尊重 失望 \
    感谢 紧张 数字 百分之 市场 价值 协议 妥协 方案 季度 报告 证据 例子 年终 明确 日期 安排 计划 支持 理解";

/// Said in three sessions only.
const RARE: [&str; 2] = ["sabbatical", "龙舟"];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = PathBuf::from(arguments.first().expect("a folder"));
    let sessions: u64 = arguments
        .get(1)
        .map_or(10_000, |number| number.parse().expect("a number of sessions"));
    let turns: u64 = arguments
        .get(2)
        .map_or(100_000, |number| number.parse().expect("a number of turns"));
    let begun = Instant::now();
    let store = Store::open(&folder, Access::Owner, support::at(0)).expect("the folder opens");
    let scenarios = scenarios();
    for first in (0..sessions).step_by(BATCH as usize) {
        let batch: Vec<(Session, Vec<Turn>)> = (first..sessions.min(first + BATCH))
            .map(|number| {
                let scenario = &scenarios[(number % scenarios.len() as u64) as usize];
                let many = turns * (number + 1) / sessions - turns * number / sessions;
                (
                    session(number, scenario),
                    (0..many)
                        .map(|one| turn(number, one, scenario, sessions))
                        .collect(),
                )
            })
            .collect();
        store.import_sessions(&batch).expect("the batch is written");
    }
    drop(store);
    let size = std::fs::metadata(folder.join("rehearse.db")).map_or(0, |file| file.len());
    println!(
        "{sessions} sessions, {turns} turns, {} MB in {:.1} s",
        size / 1_000_000,
        begun.elapsed().as_secs_f32()
    );
}

fn scenarios() -> Vec<Scenario> {
    const TOPICS: [(&str, &str, &str); 6] = [
        ("ask-for-a-raise", "Ask for a raise", "要求加薪"),
        ("return-a-deposit", "Get your deposit back", "要回押金"),
        ("say-no-to-overtime", "Say no to overtime", "拒绝加班"),
        ("end-a-relationship", "End a relationship", "结束一段关系"),
        ("give-hard-feedback", "Give hard feedback", "给出批评意见"),
        ("apologise-to-a-friend", "Apologise to a friend", "向朋友道歉"),
    ];
    TOPICS
        .iter()
        .flat_map(|(family, title, chinese)| {
            [
                support::scenario(
                    family,
                    Language::English,
                    title,
                    "Leave with a clear answer and a date",
                ),
                support::scenario(family, Language::Chinese, chinese, "得到明确的答复和日期"),
            ]
        })
        .collect()
}

fn session(number: u64, scenario: &Scenario) -> Session {
    let mut session = support::session_of(number, scenario.clone());
    let chance = dice(number, 9);
    session.status = SessionStatus::Ended;
    session.started_at = Some(session.created_at);
    session.ended_at = Some(session.created_at.after(Duration::from_secs(200)));
    session.active = Duration::from_secs(120 + chance % 180);
    session.end_reason = Some(if chance.is_multiple_of(3) {
        EndReason::Duration
    } else {
        EndReason::Manual
    });
    if chance.is_multiple_of(7) {
        session.objective = Objective {
            status: ObjectiveStatus::Succeeded,
            reason: None,
        };
    }
    session
}

fn turn(session: u64, sequence: u64, scenario: &Scenario, sessions: u64) -> Turn {
    let (words, space, least) = match scenario.language {
        Language::English => (ENGLISH, " ", 12),
        Language::Chinese => (CHINESE, "", 10),
    };
    let words: Vec<&str> = words.split_whitespace().collect();
    let length = least + dice(session, sequence) % 20;
    let mut said: Vec<&str> = (0..length)
        .map(|place| {
            let chance = dice(session * 1_000 + sequence, place) % 10_000;
            // A square law: half of all words come from the first quarter of the list.
            words[(chance * chance * words.len() as u64 / 100_000_000) as usize]
        })
        .collect();
    if sequence == 1 && session % (sessions / 3).max(1) == 1 {
        said.extend(RARE);
    }
    let mut turn = support::turn(session, sequence as u32, &said.join(space));
    if turn.speaker == Speaker::Trainee {
        turn.clip = Some(support::clip(session, session * 1_000 + sequence));
    }
    turn
}

/// A number that looks random and follows from two others.
fn dice(one: u64, other: u64) -> u64 {
    let mut state = one.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ other.wrapping_mul(0xd1b5_4a32_d192_ed03);
    state = (state ^ (state >> 31)).wrapping_mul(0x7fb5_d329_728e_a185);
    (state ^ (state >> 27)) >> 8
}
