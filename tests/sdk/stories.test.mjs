// The official LeanCloud SDK for JavaScript as the judge of the fake: what it can do with LeanCloud it must be able to
// do with a server at LEAN_SERVER. Every story works on classes of its own; none knows that the server is a fake.
//
// Started by src-tauri/crates/fakes/tests/javascript_sdk.rs, once for each provider of files.

import assert from "node:assert/strict";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { describe, test } from "node:test";

import AV from "leancloud-storage";

const { LEAN_SERVER, LEAN_APP_ID, LEAN_APP_KEY, LEAN_MASTER_KEY, LEAN_PROVIDER } = process.env;
AV.init({ appId: LEAN_APP_ID, appKey: LEAN_APP_KEY, masterKey: LEAN_MASTER_KEY, serverURL: LEAN_SERVER });

const master = { useMasterKey: true };

/** An object of a class with these fields, not saved yet. */
const object = (name, fields = {}) => new AV.Object(name, fields);
/** A query over a class. */
const query = (name) => new AV.Query(name);
const values = (objects, key) => objects.map((one) => one.get(key));
const hasCode = (code) => (error) => error.code === code;

describe("objects", () => {
  test("a saved object has an id and its times, and comes back whole", async () => {
    const startedAt = new Date("2026-01-02T03:04:05.678Z");
    const fields = { status: "pending", startedAt, n: 1.5, on: true, list: [1, "a"], meta: { a: { b: "c/d" } } };
    const saved = await object("Whole", fields).save();
    assert.match(saved.id, /^[0-9a-f]{24}$/);
    assert.ok(saved.createdAt instanceof Date);
    const fetched = await query("Whole").get(saved.id);
    for (const [key, value] of Object.entries(fields)) assert.deepEqual(fetched.get(key), value);
    assert.deepEqual(fetched.createdAt, saved.createdAt);
    assert.deepEqual(fetched.updatedAt, saved.createdAt);
  });

  test("atomic operations", async () => {
    const saved = await object("Atomic", { n: 1, tags: ["a"], unique: ["a"], bits: 6, status: "x" }).save();
    saved.increment("n", 2);
    saved.add("tags", "a");
    saved.addUnique("unique", "b");
    saved.unset("status");
    saved.bitAnd("bits", 4);
    await saved.save();
    saved.remove("tags", "a");
    saved.increment("n", -5);
    await saved.save();
    const { objectId, createdAt, updatedAt, ...stored } = (await query("Atomic").get(saved.id)).toJSON();
    assert.ok(objectId && createdAt && updatedAt);
    assert.deepEqual(stored, { n: -2, tags: [], unique: ["a", "b"], bits: 4 });
  });

  test("fetchWhenSave brings what others changed", async () => {
    const saved = await object("Fetching", { n: 1 }).save();
    const other = AV.Object.createWithoutData("Fetching", saved.id);
    other.increment("n", 10);
    await other.save();
    saved.increment("n", 1);
    await saved.save(null, { fetchWhenSave: true });
    assert.equal(saved.get("n"), 12);
    const created = await object("Fetching", { n: 3 }).save(null, { fetchWhenSave: true });
    assert.ok(created.updatedAt instanceof Date);
  });

  test("a dotted key changes the inside of an object", async () => {
    const saved = await object("Dotted", { meta: { a: 1, b: 2 } }).save();
    await AV.Object.createWithoutData("Dotted", saved.id).save({ "meta.a": 5 });
    assert.deepEqual((await query("Dotted").get(saved.id)).get("meta"), { a: 5, b: 2 });
  });

  test("a deleted object is gone, and its class stays", async () => {
    const saved = await object("Deleted", { n: 1 }).save();
    await saved.destroy();
    await assert.rejects(query("Deleted").get(saved.id), hasCode(101));
    assert.equal(await query("Deleted").count(), 0);
    await assert.rejects(AV.Object.createWithoutData("Deleted", saved.id).save({ n: 2 }), hasCode(1));
  });

  test("a column keeps the type of its first value, and null makes it an object for ever", async () => {
    await object("Locked", { nick: 1, endedAt: null }).save();
    await assert.rejects(object("Locked", { nick: "x" }).save(), (error) => {
      assert.equal(error.code, 111);
      assert.match(error.message, /Invalid value type for field 'nick',value '"x"',expect type is \{:type "Number"\}/);
      return true;
    });
    await assert.rejects(object("Locked", { endedAt: new Date() }).save(), hasCode(111));
    await object("Locked", { endedAt: { value: "2026-01-02T03:04:05.678Z" } }).save();
    await object("Locked", { nick: null }).save();
  });

  test("a conditional update happens or has code 305", async () => {
    const saved = await object("Conditional", { n: 5 }).save();
    saved.set("n", 6);
    await saved.save(null, { query: query("Conditional").equalTo("n", 5), fetchWhenSave: true });
    saved.set("n", 7);
    const stale = query("Conditional").equalTo("n", 5);
    await assert.rejects(saved.save(null, { query: stale, fetchWhenSave: true }), hasCode(305));
    assert.equal((await query("Conditional").get(saved.id)).get("n"), 6);
  });
});

describe("batches", () => {
  test("saveAll creates and updates in order", async () => {
    const parent = await object("Parent", { status: "pending" }).save();
    parent.set("status", "active");
    const children = [0, 1, 2, 3].map((sequence) => object("Child", { sequence, parent }));
    await AV.Object.saveAll([parent, ...children]);
    const ids = children.map((child) => child.id);
    assert.deepEqual(ids, [...ids].sort());
    assert.equal((await query("Parent").get(parent.id)).get("status"), "active");
  });

  test("an item that fails fails alone", async () => {
    const good = await object("Partial", { n: 1 }).save();
    const missing = AV.Object.createWithoutData("Partial", "5d8308019c9235000886c4ce");
    good.set("n", 2);
    missing.set("n", 2);
    await assert.rejects(AV.Object.saveAll([missing, good]));
    assert.equal((await query("Partial").get(good.id)).get("n"), 2);
  });

  test("destroyAll deletes many ids in one path, fetchAll reads them", async () => {
    const objects = [1, 2, 3].map((n) => object("Many", { n }));
    await AV.Object.saveAll(objects);
    const fetched = await AV.Object.fetchAll(objects.map((one) => AV.Object.createWithoutData("Many", one.id)));
    assert.deepEqual(values(fetched, "n"), [1, 2, 3]);
    await AV.Object.destroyAll(objects);
    assert.equal(await query("Many").count(), 0);
  });

  test("a long query travels as a batch", async () => {
    const saved = await object("Long", { n: 1 }).save();
    const ids = Array.from({ length: 300 }, () => randomBytes(12).toString("hex"));
    const found = await query("Long").containedIn("objectId", [...ids, saved.id]).find();
    assert.deepEqual(found.map((one) => one.id), [saved.id]);
  });
});

describe("queries", () => {
  const turns = async (name, count = 12) => {
    const session = await object(`${name}Session`, { title: "budget", scores: [1, 2, 3] }).save();
    const speakers = ["ai", "trainee"];
    const rows = Array.from({ length: count }, (_, sequence) =>
      object(name, { sequence, speaker: speakers[sequence % 2], text: `turn ${sequence}`, tags: ["all", `n${sequence}`], session }),
    );
    await AV.Object.saveAll(rows);
    return session;
  };

  test("conditions", async () => {
    await turns("Find");
    const sequences = async (...queries) => values(await AV.Query.or(...queries).ascending("sequence").find(), "sequence");
    const find = () => query("Find");
    assert.deepEqual(await sequences(find().lessThan("sequence", 2), find().equalTo("sequence", 9)), [0, 1, 9]);
    assert.deepEqual(await sequences(find().greaterThanOrEqualTo("sequence", 10)), [10, 11]);
    assert.deepEqual(await sequences(find().containedIn("sequence", [3, 5, 50])), [3, 5]);
    assert.deepEqual(await sequences(find().equalTo("tags", "n4")), [4]);
    assert.deepEqual(await sequences(find().containsAll("tags", ["all", "n7"])), [7]);
    assert.deepEqual(await sequences(find().startsWith("text", "turn 1")), [1, 10, 11]);
    assert.deepEqual(await sequences(find().matches("text", /TURN 2$/i)), [2]);
    assert.deepEqual(await sequences(find().sizeEqualTo("tags", 3)), []);
    const both = AV.Query.and(find().equalTo("speaker", "ai"), find().notEqualTo("sequence", 0));
    assert.deepEqual(values(await both.ascending("sequence").limit(2).find(), "sequence"), [2, 4]);
    assert.equal(await find().exists("speaker").count(), 12);
    assert.equal(await find().doesNotExist("speaker").count(), 0);
  });

  test("order, pages, keys and counts", async () => {
    await turns("Page");
    const page = await query("Page").descending("speaker").addAscending("sequence").skip(2).limit(3).select("sequence").find();
    assert.deepEqual(values(page, "sequence"), [5, 7, 9]);
    assert.equal(page[0].get("text"), undefined);
    assert.equal(await query("Page").equalTo("speaker", "ai").count(), 6);
    const [results, count] = await query("Page").limit(1).findAndCount();
    assert.deepEqual([results.length, count], [1, 12]);
  });

  test("a limit that is none falls back to 100", async () => {
    await AV.Object.saveAll(Array.from({ length: 130 }, (_, n) => object("Limit", { n })));
    const lengths = [];
    for (const limit of [1, 1000, 1001]) lengths.push((await query("Limit").limit(limit).find()).length);
    assert.deepEqual([...lengths, (await query("Limit").find()).length], [1, 130, 100, 100]);
  });

  test("times are compared as dates", async () => {
    const [first] = [await object("Times", { n: 1 }).save(), await object("Times", { n: 2 }).save()];
    const found = await query("Times").greaterThanOrEqualTo("createdAt", first.createdAt).find();
    assert.equal(found.length, 2);
    assert.equal(await query("Times").lessThan("updatedAt", first.createdAt).count(), 0);
  });

  test("pointers are included and queried through", async () => {
    const session = await turns("Included", 2);
    const [turn] = await query("Included").include("session").ascending("sequence").find();
    assert.equal(turn.get("session").get("title"), "budget");
    const sessions = query("IncludedSession").equalTo("title", "budget");
    assert.equal(await query("Included").matchesQuery("session", sessions).count(), 2);
    assert.equal(await query("Included").equalTo("session", session).count(), 2);
    assert.equal(await query("Included").doesNotMatchQuery("session", sessions).count(), 0);
  });

  test("relations", async () => {
    const [post, one, two] = await AV.Object.saveAll([object("Post"), object("Tag", { n: 1 }), object("Tag", { n: 2 })]);
    const relation = post.relation("tags");
    relation.add([one, two]);
    await post.save();
    relation.remove(one);
    await post.save();
    assert.deepEqual(values(await post.relation("tags").query().find(), "n"), [2]);
  });

  test("a class that does not exist has code 101", async () => {
    await assert.rejects(query("NeverWritten").find(), hasCode(101));
  });

  test("a scan with the master key reads every row once", async () => {
    await AV.Object.saveAll(Array.from({ length: 25 }, (_, n) => object("Scanned", { n })));
    const seen = [];
    const scan = query("Scanned").scan({ batchSize: 10 }, master);
    for (let step = await scan.next(); !step.done; step = await scan.next()) seen.push(step.value.get("n"));
    assert.deepEqual(seen, Array.from({ length: 25 }, (_, n) => n));
    await assert.rejects(query("Scanned").scan({}, {}).next(), hasCode(403));
  });
});

describe("users", () => {
  test("the same anonymous id is the same user with the same session", async () => {
    const id = randomUUID();
    const first = await AV.User.loginWithAuthData({ id }, "anonymous");
    const second = await AV.User.loginWithAuthData({ id }, "anonymous");
    assert.equal(second.id, first.id);
    assert.equal(second.getSessionToken(), first.getSessionToken());
    assert.match(first.getSessionToken(), /^[0-9a-z]{25}$/);
    await AV.User.logOut();
    const own = await AV.User.loginAnonymously();
    assert.ok(own.isAnonymous());
    assert.equal((await AV.User.become(own.getSessionToken())).id, own.id);
    await AV.User.logOut();
    await assert.rejects(AV.User.become("nobody"), hasCode(211));
  });

  test("sign-up, log-in and what is refused", async () => {
    const [username, password] = [randomUUID(), "secret"];
    const user = new AV.User();
    user.setUsername(username);
    user.setPassword(password);
    await user.signUp();
    const again = new AV.User();
    again.setUsername(username);
    again.setPassword(password);
    await assert.rejects(again.signUp(), hasCode(202));
    await AV.User.logOut();
    await assert.rejects(AV.User.logIn(username, "wrong"), hasCode(210));
    await assert.rejects(AV.User.logIn(randomUUID(), password), hasCode(211));
    const same = await AV.User.logIn(username, password);
    assert.equal(same.id, user.id);
    same.set("language", "zh");
    await same.save();
    await AV.User.logOut();
    await assert.rejects(AV.Object.createWithoutData("_User", user.id).save({ language: "en" }), hasCode(206));
    await assert.rejects(new AV.Query("_User").find(), hasCode(403));
  });

  test("what belongs to one user is hidden from others and refused to them", async () => {
    const owner = await AV.User.loginAnonymously();
    const own = object("Owned", { n: 1 });
    own.setACL(new AV.ACL(owner));
    await own.save();
    own.set("n", 2);
    await own.save();
    assert.equal((await query("Owned").find()).length, 1);
    await AV.User.logOut();
    assert.deepEqual(await query("Owned").find(), []);
    assert.equal(await query("Owned").count(), 0);
    await AV.User.loginAnonymously();
    await assert.rejects(query("Owned").get(own.id), hasCode(101));
    await assert.rejects(AV.Object.createWithoutData("Owned", own.id).save({ n: 3 }), hasCode(403));
    await assert.rejects(AV.Object.createWithoutData("Owned", own.id).destroy(), hasCode(403));
    await AV.User.logOut();
    assert.equal((await query("Owned").find(master)).length, 1);
  });

  test("a role opens rows to its users", async () => {
    const user = await AV.User.loginAnonymously();
    const roleAcl = new AV.ACL();
    roleAcl.setPublicReadAccess(true);
    const role = new AV.Role("Coaches", roleAcl);
    role.getUsers().add(user);
    await role.save();
    const acl = new AV.ACL();
    acl.setRoleReadAccess("Coaches", true);
    const row = object("OfRole", { n: 1 });
    row.setACL(acl);
    await row.save();
    assert.equal((await query("OfRole").find()).length, 1);
    await AV.User.logOut();
    assert.equal((await query("OfRole").find()).length, 0);
  });
});

describe(`files on ${LEAN_PROVIDER}`, () => {
  const download = async (url) => {
    const answer = await fetch(url);
    assert.equal(answer.status, 200);
    return { bytes: Buffer.from(await answer.arrayBuffer()), type: answer.headers.get("content-type") };
  };

  test("a buffer goes up and comes down byte for byte", async () => {
    const bytes = randomBytes(40_000);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const file = new AV.File("turn-1.mp3", bytes, "audio/mpeg");
    file.metaData("sha256", sha256);
    await file.save();
    const found = await download(file.url());
    assert.equal(createHash("sha256").update(found.bytes).digest("hex"), sha256);
    assert.equal(found.type, "audio/mpeg");
    const row = await new AV.Query("_File").get(file.id);
    assert.equal(row.get("metaData").sha256, sha256);
    assert.equal(row.get("metaData").size, bytes.length);
    assert.equal(row.get("url"), file.url());
  });

  test("a stream goes up, in parts where the provider has them", async () => {
    const bytes = randomBytes(100_000);
    const file = new AV.File("stream.bin", Readable.from([bytes.subarray(0, 60_000), bytes.subarray(60_000)], { objectMode: false }));
    file.metaData("size", bytes.length);
    await file.save();
    assert.deepEqual((await download(file.url())).bytes, bytes);
  });

  test("a file of an object is read with it", async () => {
    const file = await new AV.File("turn-2.mp3", Buffer.from("sound"), "audio/mpeg").save();
    const turn = await object("WithAudio", { audio: file }).save();
    const audio = (await query("WithAudio").get(turn.id)).get("audio");
    assert.ok(audio instanceof AV.File);
    assert.equal(audio.id, file.id);
    assert.equal(audio.url(), file.url());
  });

  test("only the master key deletes, and chooses keys", async () => {
    const file = await new AV.File("turn-3.mp3", Buffer.from("sound")).save();
    await assert.rejects(AV.File.createWithoutData(file.id).destroy(), hasCode(403));
    await AV.File.createWithoutData(file.id).destroy(master);
    assert.equal((await fetch(file.url())).status, 404);
    const textFile = () => new AV.File("a b.txt", Buffer.from("text"));
    await assert.rejects(textFile().save({ key: "my/key.txt" }), hasCode(1));
    const placed = textFile();
    await placed.save({ key: `my/${randomUUID()}.txt`, keepFileName: true, useMasterKey: true });
    assert.match(placed.url(), /\/a%20b\.txt$/);
    assert.equal((await download(placed.url())).bytes.toString(), "text");
  });

  test("a file that lies elsewhere has a row", async () => {
    const file = await AV.File.withURL("x.mp3", "https://example.com/x.mp3").save();
    assert.equal((await new AV.Query("_File").get(file.id)).get("url"), "https://example.com/x.mp3");
  });
});

test("the server's clock", async () => {
  assert.ok(Math.abs((await AV.Cloud.getServerDate()) - Date.now()) < 60_000);
});
