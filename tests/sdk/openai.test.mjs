// The official OpenAI SDK for JavaScript as the judge of the fake models: what it can do with OpenAI and with servers
// like it, it must be able to do with a server at MODELS_SERVER. No story knows that the server is a fake, but for the
// names of the models that misbehave.
//
// Started by src-tauri/crates/fakes/tests/openai_sdk.rs, which compares the sound left in MODELS_HEARD with what was sent.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import OpenAI, { toFile } from "openai";

const { MODELS_SERVER, MODELS_KEY, MODELS_HEARD } = process.env;
const at = (path, options = {}) => new OpenAI({ apiKey: MODELS_KEY, baseURL: MODELS_SERVER + path, maxRetries: 0, ...options });
const cloud = at("/compatible-mode/v1");
const local = at("/v1");

/** The head of an MP3 and a little more, which is all that anybody looks at. */
const mp3 = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x64]), Buffer.alloc(4000)]);
const line = "Come in, sit down. What’s on your mind?";
const messages = [{ role: "system", content: "You are Kim. Speak English." }, { role: "user", content: "Hello." }];

const heard = (data) => [messages[0], { role: "user", content: [{ type: "input_audio", input_audio: { data, format: "mp3" } }] }];
const cloudTurn = (more = {}) => ({
  model: "qwen3.5-omni-flash",
  stream: true,
  stream_options: { include_usage: true },
  modalities: ["text", "audio"],
  audio: { voice: "Tina", format: "wav" },
  messages: heard(`data:;base64,${mp3.toString("base64")}`),
  ...more,
});
const localTurn = (more = {}) => ({
  model: "fake-omni",
  stream: true,
  modalities: ["text", "audio"],
  audio: { voice: "alloy", format: "pcm16" },
  messages: heard(mp3.toString("base64")),
  ...more,
});

/** A stream to its end: words, sound, why it ended and what it cost. */
async function collected(stream) {
  const all = { words: "", pcm: [], usage: null, finish: null };
  for await (const chunk of stream) {
    all.usage = chunk.usage ?? all.usage;
    const [choice] = chunk.choices;
    if (!choice) continue;
    all.finish = choice.finish_reason ?? all.finish;
    all.words += choice.delta.content ?? "";
    all.words += choice.delta.audio?.transcript ?? "";
    if (choice.delta.audio?.data) all.pcm.push(Buffer.from(choice.delta.audio.data, "base64"));
  }
  return { ...all, pcm: Buffer.concat(all.pcm) };
}

describe("models", () => {
  test("are listed", async () => {
    const ids = async (client) => (await client.models.list()).data.map((model) => model.id);
    assert.ok((await ids(cloud)).includes("qwen3.5-omni-flash"));
    assert.ok((await ids(local)).includes("fake-whisper"));
  });
});

describe("a partner", () => {
  test("of the cloud speaks in a stream", async () => {
    const reply = await collected(await cloud.chat.completions.create(cloudTurn()));
    assert.equal(reply.words, line);
    assert.equal(reply.finish, "stop");
    assert.equal(reply.usage.total_tokens, reply.usage.prompt_tokens + reply.usage.completion_tokens);
    assert.ok(reply.pcm.length > 48_000 && reply.pcm.length % 2 === 0);
    writeFileSync(join(MODELS_HEARD, "cloud.pcm"), reply.pcm);
  });

  test("on one's own machine speaks in a stream, and in one piece", async () => {
    const reply = await collected(await local.chat.completions.create(localTurn()));
    assert.equal(reply.words, line);
    writeFileSync(join(MODELS_HEARD, "local.pcm"), reply.pcm);
    const whole = await local.chat.completions.create(localTurn({ stream: false, audio: { voice: "alloy", format: "wav" } }));
    const { audio } = whole.choices[0].message;
    assert.equal(audio.transcript, line);
    assert.deepEqual(Buffer.from(audio.data, "base64").subarray(44), reply.pcm);
  });

  test("writes", async () => {
    const whole = await local.chat.completions.create({ model: "fake-chat", messages });
    assert.equal(whole.choices[0].message.content, line);
    const reply = await collected(await local.chat.completions.create({ model: "fake-chat", messages, stream: true }));
    assert.equal(reply.words, line);
  });

  for (const script of ["odd_bytes", "split_utf8", "crlf", "no_done", "no_usage", "one_byte_writes", "transcript_in_audio"]) {
    test(`is understood under ${script}`, async () => {
      const reply = await collected(await cloud.chat.completions.create(cloudTurn({ model: `test/${script}` })));
      assert.equal(reply.words, line);
      writeFileSync(join(MODELS_HEARD, `${script}.pcm`), reply.pcm);
    });
  }

  test("speaks half a minute in one line", async () => {
    const reply = await collected(await cloud.chat.completions.create(cloudTurn({ model: "test/huge_line" })));
    assert.equal(reply.pcm.length, 30 * 48_000);
  });
});

describe("a judge", () => {
  const schema = {
    type: "object",
    properties: { status: { enum: ["continue", "succeeded", "failed"] }, quote: { type: "string" } },
    required: ["status", "quote"],
    additionalProperties: false,
  };
  const judged = [{ role: "user", content: "[1] partner: Come in.\n[2] trainee: I made a mistake." }];
  const expected = { status: "succeeded", quote: "I made a mistake." };
  const tools = [{ type: "function", function: { name: "objective_check", parameters: schema } }];

  test("keeps to a schema", async () => {
    const response_format = { type: "json_schema", json_schema: { name: "objective_check", strict: true, schema } };
    const told = await cloud.chat.completions.create({ model: "test/obj_success", messages: judged, response_format });
    assert.deepEqual(JSON.parse(told.choices[0].message.content), expected);
  });

  test("calls a tool that it must call, also in a stream", async () => {
    const ask = { model: "test/obj_success_1", messages: judged, tools, tool_choice: { type: "function", function: { name: "objective_check" } } };
    const told = await cloud.chat.completions.create(ask);
    assert.deepEqual(JSON.parse(told.choices[0].message.tool_calls[0].function.arguments), expected);
    const streamed = await cloud.chat.completions.stream(ask).finalChatCompletion();
    assert.deepEqual(JSON.parse(streamed.choices[0].message.tool_calls[0].function.arguments), expected);
  });
});

describe("sound and words", () => {
  test("a clip is transcribed in three formats", async () => {
    const ask = async (more) => local.audio.transcriptions.create({ file: await toFile(mp3, "turn.mp3"), model: "fake-whisper", ...more });
    assert.equal((await ask({ language: "zh" })).text, "我想谈谈截止日期的事。");
    assert.equal(await ask({ response_format: "text" }), "I would like to talk about the deadline.\n");
    const verbose = await ask({ response_format: "verbose_json" });
    assert.equal(verbose.segments[0].text, verbose.text);
  });

  test("words are spoken", async () => {
    const spoken = await local.audio.speech.create({ model: "fake-speech", voice: "af_heart", input: line, response_format: "pcm" });
    assert.equal(spoken.headers.get("content-type"), "audio/pcm");
    const pcm = Buffer.from(await spoken.arrayBuffer());
    const reply = await collected(await cloud.chat.completions.create(cloudTurn()));
    assert.deepEqual(pcm, reply.pcm);
  });
});

describe("an error", () => {
  const isA = (kind, status, code) => (error) => error instanceof kind && error.status === status && (code === undefined || error.code === code);
  const chat = (model) => ({ model, messages });

  test("has its class, its status and its code", async () => {
    const ask = (script) => cloud.chat.completions.create(chat(`test/${script}`));
    await assert.rejects(ask("err_401"), isA(OpenAI.AuthenticationError, 401, "invalid_api_key"));
    await assert.rejects(ask("err_403"), isA(OpenAI.PermissionDeniedError, 403));
    await assert.rejects(ask("err_404"), isA(OpenAI.NotFoundError, 404, "model_not_found"));
    await assert.rejects(ask("err_arrearage"), isA(OpenAI.BadRequestError, 400, "Arrearage"));
    await assert.rejects(ask("err400_data_prefix"), isA(OpenAI.BadRequestError, 400));
    await assert.rejects(ask("429_billing"), isA(OpenAI.RateLimitError, 429));
    await assert.rejects(ask("503_then_ok"), isA(OpenAI.InternalServerError, 503));
    const stranger = at("/compatible-mode/v1", { apiKey: "sk-of-somebody-else" });
    await assert.rejects(stranger.models.list(), isA(OpenAI.AuthenticationError, 401));
    await assert.rejects(local.chat.completions.create(chat("unheard-of")), isA(OpenAI.NotFoundError, 404));
    await assert.rejects(local.chat.completions.create(localTurn({ messages: heard("data:;base64,SUQz") })), isA(OpenAI.BadRequestError, 400));
  });

  test("that passes is tried over by the SDK itself", async () => {
    const patient = at("/compatible-mode/v1", { maxRetries: 2 });
    for (const script of ["429_then_ok", "retry_after"]) {
      const told = await patient.chat.completions.create(chat(`test/${script}`));
      assert.equal(told.choices[0].message.content, line);
    }
  });

  test("inside a stream ends it", async () => {
    const broken = async (script) => collected(await cloud.chat.completions.create(cloudTurn({ model: `test/${script}` })));
    await assert.rejects(broken("err_stream_200"), (error) => error instanceof OpenAI.APIError && error.code === "data_inspection_failed");
    await assert.rejects(broken("drop_mid"));
  });
});
