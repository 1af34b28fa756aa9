"use strict";
exports.id = 614;
exports.ids = [614];
exports.modules = {

/***/ 614:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   joinFleet: () => (/* binding */ joinFleet)
/* harmony export */ });
/* harmony import */ var _async_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8992);
/* harmony import */ var _index_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4492);
/* harmony import */ var _notify_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5367);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_3___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_3__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_4___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_4__);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_5___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_5__);






// src/report/join-report.ts
/** What people are told about a fleet whose shards ran in jobs of their own. */
function joinReport({ accountSid, shards, records, problems }) {
	const targets = records.flatMap((record) => record.targets);
	const result = problems.length > 0 ? "error" : worst(records.flatMap(resultsOf));
	const groups = groupsOf(targets);
	const stopped = records.filter((record) => record.targets.length === 0).flatMap(({ errors }) => errors);
	const remarks = [...problems, ...new Set(stopped)].map((text) => ({
		level: "error",
		title: "Fleet",
		text
	}));
	const hasDrift = driftOf(records, problems);
	const counts = countsOf(targets, hasDrift === true);
	const isFailure = result !== "in-sync";
	return {
		result,
		isFailure,
		hasDrift,
		planId: problems.length > 0 ? null : planOf(targets),
		title: problems.length === 0 ? (0,_index_js__WEBPACK_IMPORTED_MODULE_1__.i)(result, "check", counts) : unprovedTitle(counts),
		explanation: problems.length > 0 ? "What is missing, or does not fit together, is below. Run the workflow again once it is mended." : result === "drift" ? "Where an account is wrong, run this action with \"mode: apply\". Where it is right, correct the workflow." : isFailure ? "What went wrong, or is not met, is below." : `${(0,_index_js__WEBPACK_IMPORTED_MODULE_1__.c)(shards, "shard")} covered each account once.`,
		annotations: (0,_index_js__WEBPACK_IMPORTED_MODULE_1__.r)((0,_index_js__WEBPACK_IMPORTED_MODULE_1__.n)(remarks), groups.map(annotation)),
		remarks,
		errors: [.../* @__PURE__ */ new Set([...problems, ...records.flatMap(({ errors }) => errors)])],
		scope: {
			accountSid,
			shard: null,
			names: null
		},
		body: {
			kind: "fleet",
			fleet: {
				...counts,
				groups,
				reasons: [],
				warnings: [],
				asInputs: []
			}
		}
	};
}
/** What is known to be wrong is said, whatever else failed. */
function unprovedTitle({ wrong, accounts }) {
	return `Error: the shards do not prove that the fleet is in sync${wrong === 0 ? "" : `, and ${wrong} of ${(0,_index_js__WEBPACK_IMPORTED_MODULE_1__.c)(accounts, "account")} are not`}`;
}
/**
* How the fleet stands: something that is known to differ stays known, whatever else failed. What a
* sandbox answered says nothing about the fleet.
*/
function joinState({ records, problems }) {
	if (records.some(({ sandbox }) => sandbox)) return "unknown";
	if (records.some(({ drift, targets }) => drift === true || targets.some(isDifferent))) return "difference";
	return problems.length === 0 && worst(records.flatMap(resultsOf)) === "in-sync" ? "in-sync" : "unknown";
}
/** The fingerprint of everything that differs, or breaks a policy: SHA-256 in hexadecimal, in any order. */
function joinFingerprint({ records }) {
	const keys = records.flatMap(({ targets }) => targets).flatMap(({ account_sid: sid, resource, changes, findings }) => {
		const names = [sid?.toLowerCase(), resource];
		return [...changes.map(({ setting, current, desired }) => JSON.stringify([
			...names,
			setting,
			(0,_index_js__WEBPACK_IMPORTED_MODULE_1__.P)(setting, current),
			(0,_index_js__WEBPACK_IMPORTED_MODULE_1__.P)(setting, desired)
		])), ...findings.filter(({ severity }) => severity === "error").map(({ rule }) => JSON.stringify([...names, rule]))];
	});
	return (0,node_crypto__WEBPACK_IMPORTED_MODULE_5__.createHash)("sha256").update([...new Set(keys)].sort().join("\n")).digest("hex");
}
/** The evidence of the whole fleet, in the form of that of one run. */
function joinEvidence({ accountSid, records, problems }, report, run, time) {
	const [first] = records;
	const listed = new Set(records.map(({ scope }) => scope?.listed ?? null));
	return {
		schemaVersion: 2,
		action: {
			name: "twilio-composition-settings",
			version: _index_js__WEBPACK_IMPORTED_MODULE_1__.A
		},
		mode: "check",
		result: report.result,
		drift: report.hasDrift,
		sandbox: records.some(({ sandbox }) => sandbox),
		scope: {
			accountSid,
			accounts: first?.scope?.accounts ?? "self",
			shard: {
				index: 1,
				count: 1
			},
			listed: listed.size === 1 ? [...listed][0] ?? null : null,
			covered: problems.length > 0 ? null : records.reduce((sum, { scope }) => sum + (scope?.covered ?? 0), 0)
		},
		policy: first?.policy ?? null,
		title: report.title,
		planId: report.planId,
		targets: records.flatMap(({ targets }) => targets).toSorted(byAccount),
		errors: [...report.errors],
		run: {
			time: time.toISOString(),
			...run,
			requestIds: records.flatMap(({ run: { requestIds } }) => requestIds)
		}
	};
}
function byAccount(a, b) {
	return (a.account_sid ?? "") < (b.account_sid ?? "") ? -1 : 1;
}
function resultsOf({ result, targets }) {
	return [result, ...targets.map((target) => target.result)];
}
/** The results, the worst first. Of a fleet, what was skipped is not in sync. */
const worstFirst = [..._index_js__WEBPACK_IMPORTED_MODULE_1__.E.filter((result) => result !== "in-sync"), "in-sync"];
/** Over none it is an error: nobody was asked, so nothing is proved. */
function worst(all) {
	return worstFirst.find((result) => all.includes(result)) ?? "error";
}
function driftOf(records, problems) {
	const each = records.map(({ drift }) => drift);
	if (each.includes(true)) return true;
	return problems.length > 0 || each.includes(null) ? null : false;
}
function countsOf(targets, hasDrift) {
	const accounts = [...(0,_index_js__WEBPACK_IMPORTED_MODULE_1__.a)(targets, ({ account_sid: sid }) => sid?.toLowerCase()).values()];
	const ofAccounts = accounts.map((own) => worst(own.map(({ result }) => result)));
	const isWrong = (own) => own.some(isDifferent);
	const isUnjudged = (own) => own.some(({ result }) => unjudged.has(result));
	return {
		accounts: accounts.length,
		counts: _index_js__WEBPACK_IMPORTED_MODULE_1__.E.map((result) => [result, ofAccounts.filter((other) => other === result).length]).filter(([, number]) => number > 0),
		written: 0,
		wrong: accounts.filter(isWrong).length,
		unjudged: accounts.filter((own) => !isWrong(own) && isUnjudged(own)).length,
		hasDrift,
		cause: null
	};
}
const unjudged = /* @__PURE__ */ new Set([
	"error",
	"refused",
	"skipped",
	"partial"
]);
/** What is known to differ, or to break a policy, whatever else failed. */
function isDifferent({ changes, findings }) {
	return changes.length > 0 || findings.some(({ severity }) => severity === "error");
}
/** `null` if a target could not be read, as in one run over all accounts. */
function planOf(targets) {
	const known = targets.flatMap(({ account_sid: accountSid, resource, desired, current }) => accountSid === null || resource === null || desired === null || current === null ? [] : [{
		target: {
			accountSid,
			resource
		},
		desired,
		current
	}]);
	return known.length === targets.length ? (0,_index_js__WEBPACK_IMPORTED_MODULE_1__.F)(known) : null;
}
/** The accounts that are not in sync, by what is wrong with them, the worst first. */
function groupsOf(targets) {
	const wrong = targets.filter(({ result }) => result !== "in-sync").toSorted((a, b) => worstFirst.indexOf(a.result) - worstFirst.indexOf(b.result)).map((target) => ({
		...target,
		details: detailsOf(target)
	}));
	return [...(0,_index_js__WEBPACK_IMPORTED_MODULE_1__.a)(wrong, ({ resource, result, details }) => JSON.stringify([
		resource,
		result,
		details
	])).values()].flatMap((group) => group.slice(0, 1).map(({ resource, result, details }) => ({
		resource: resource ?? "composition-settings",
		result,
		isFailure: true,
		title: (0,_index_js__WEBPACK_IMPORTED_MODULE_1__.o)(result, "check", false),
		details,
		accounts: group.map(({ account_sid: sid }) => ({
			sid: sid ?? "",
			name: null
		}))
	})));
}
function detailsOf({ changes, findings, error }) {
	return [
		...changes.length === 0 ? [] : [`${(0,_index_js__WEBPACK_IMPORTED_MODULE_1__.l)(changes.map((change) => ({
			...change,
			current: change.current
		})))}.`],
		...error === null ? [] : [error.message],
		...findings.map(({ message }) => message)
	].join(" ");
}
function annotation({ title, details, accounts }) {
	const sids = accounts.slice(0, 10).map(({ sid }) => sid);
	const more = accounts.length > sids.length ? `, and ${accounts.length - sids.length} more` : "";
	return {
		level: "error",
		title: `${title}: ${(0,_index_js__WEBPACK_IMPORTED_MODULE_1__.c)(accounts.length, "account")}`,
		text: `${sids.join(", ")}${more}: ${details}`,
		accounts: accounts.length
	};
}
// src/report/evidence-schema.ts
const nullableText = (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.l)((0,_async_js__WEBPACK_IMPORTED_MODULE_0__._)());
const value = (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.y)([(0,_async_js__WEBPACK_IMPORTED_MODULE_0__._)(), (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.o)()]);
const result = (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.i)(_index_js__WEBPACK_IMPORTED_MODULE_1__.E);
const snapshot = (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.m)((0,_async_js__WEBPACK_IMPORTED_MODULE_0__.i)(_index_js__WEBPACK_IMPORTED_MODULE_1__.V), (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.l)(value));
const resource = (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.i)(_index_js__WEBPACK_IMPORTED_MODULE_1__.R);
const ofEachState = (schema) => (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.f)(Object.fromEntries(_index_js__WEBPACK_IMPORTED_MODULE_1__.S.map((state) => [state, schema])));
const change = (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.f)({
	account_sid: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__._)(),
	resource,
	setting: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.i)(_index_js__WEBPACK_IMPORTED_MODULE_1__.V),
	/** `null` when blank; left out when the account does not have the property. */
	current: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.p)((0,_async_js__WEBPACK_IMPORTED_MODULE_0__.l)(value)),
	desired: value
});
const target = (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.f)({
	account_sid: nullableText,
	resource: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.l)(resource),
	result,
	desired: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.l)(snapshot),
	current: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.l)(snapshot),
	after: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.l)(snapshot),
	changes: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.a)(change),
	/** Whether Twilio got the new settings: a run may not know, if it was cancelled or lost the response. */
	written: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.i)([
		"no",
		"yes",
		"unknown"
	]),
	/** Whether Twilio got the public key that the settings were to name: as with `written`, nobody may know. */
	uploaded: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.i)([
		"no",
		"yes",
		"unknown"
	]),
	/** The SID of the public key that was uploaded. */
	uploadedKey: nullableText,
	/** What media of the last hours is like; left out if nobody looked, or it could not be listed. */
	media: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.p)((0,_async_js__WEBPACK_IMPORTED_MODULE_0__.f)({
		hours: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.d)(),
		/** Whether there is more than was listed. */
		isMore: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.o)(),
		/** Of compositions or recordings, by what is known of them. */
		counts: ofEachState((0,_async_js__WEBPACK_IMPORTED_MODULE_0__.d)()),
		sids: ofEachState((0,_async_js__WEBPACK_IMPORTED_MODULE_0__.a)((0,_async_js__WEBPACK_IMPORTED_MODULE_0__._)())),
		/** What is not in the bucket that it is meant to be in. */
		elsewhere: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.a)((0,_async_js__WEBPACK_IMPORTED_MODULE_0__._)())
	})),
	findings: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.a)((0,_async_js__WEBPACK_IMPORTED_MODULE_0__.f)({
		account_sid: nullableText,
		resource: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.l)(resource),
		rule: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__._)(),
		severity: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.i)(["error", "warning"]),
		message: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__._)()
	})),
	guards: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.a)((0,_async_js__WEBPACK_IMPORTED_MODULE_0__.f)({
		rule: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__._)(),
		message: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__._)(),
		allowance: nullableText,
		isAllowed: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.o)()
	})),
	error: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.l)((0,_async_js__WEBPACK_IMPORTED_MODULE_0__.f)({
		name: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__._)(),
		message: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__._)()
	}))
});
const scope = (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.f)({
	/** The declared account, of a fleet the parent. */
	accountSid: nullableText,
	accounts: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.y)([(0,_async_js__WEBPACK_IMPORTED_MODULE_0__.i)(["self", "all"]), (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.a)((0,_async_js__WEBPACK_IMPORTED_MODULE_0__._)())]),
	/** Job `index` of `count`. */
	shard: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.f)({
		index: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.d)(),
		count: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.d)()
	}),
	/** How many active accounts Twilio listed; `null` if none were listed. */
	listed: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.l)((0,_async_js__WEBPACK_IMPORTED_MODULE_0__.d)()),
	/** How many accounts this run covered; `null` if it was stopped before that was known. */
	covered: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.l)((0,_async_js__WEBPACK_IMPORTED_MODULE_0__.d)())
});
const policy = (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.f)({
	require: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.a)((0,_async_js__WEBPACK_IMPORTED_MODULE_0__._)()),
	resources: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.a)(resource),
	verifyCredentials: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.o)(),
	maxKeyAgeDays: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.l)((0,_async_js__WEBPACK_IMPORTED_MODULE_0__.d)()),
	/** The span of `verify-media`, in hours; `null` if it is off. */
	mediaHours: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.l)((0,_async_js__WEBPACK_IMPORTED_MODULE_0__.d)()),
	allowRiskyChanges: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.a)((0,_async_js__WEBPACK_IMPORTED_MODULE_0__._)()),
	expectedPlan: nullableText
});
/**
* The evidence file. A change that breaks readers raises `schemaVersion`. All that differs between two
* runs on the same state is in `run`.
*/
const evidenceSchema = (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.f)({
	schemaVersion: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.s)(2),
	action: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.f)({
		name: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__._)(),
		version: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__._)()
	}),
	mode: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.l)((0,_async_js__WEBPACK_IMPORTED_MODULE_0__.i)(_index_js__WEBPACK_IMPORTED_MODULE_1__.z)),
	result,
	drift: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.l)((0,_async_js__WEBPACK_IMPORTED_MODULE_0__.o)()),
	/** Whether a sandbox answered, and not Twilio. */
	sandbox: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.o)(),
	/** Which accounts the run was about; `null` if the workflow has to be corrected. */
	scope: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.l)(scope),
	/** What the run asked for beside the desired settings; `null` as with `scope`. */
	policy: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.l)(policy),
	title: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__._)(),
	planId: nullableText,
	targets: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.a)(target),
	errors: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.a)((0,_async_js__WEBPACK_IMPORTED_MODULE_0__._)()),
	run: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.f)({
		time: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__._)(),
		repository: nullableText,
		commit: nullableText,
		ref: nullableText,
		workflow: nullableText,
		url: nullableText,
		attempt: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.l)((0,_async_js__WEBPACK_IMPORTED_MODULE_0__.d)()),
		actor: nullableText,
		event: nullableText,
		requestIds: (0,_async_js__WEBPACK_IMPORTED_MODULE_0__.a)((0,_async_js__WEBPACK_IMPORTED_MODULE_0__._)())
	})
});
// src/report/join.ts
/**
* Reads the evidence of all shards, and looks whether it covers the fleet: every shard of one count once,
* under one policy, none by a sandbox, and every account that Twilio listed once. `files` are the texts of the files
* that the shards left behind, by their names; the workflow knows the rest without them.
*/
function joinShards(files, accountSid, shards) {
	const read = Array.from(files, readFile);
	const records = read.filter((record) => typeof record !== "string");
	const unreadable = read.filter((record) => typeof record === "string");
	const ordered = records.filter((record) => record.scope !== null).toSorted((a, b) => a.scope.shard.index - b.scope.shard.index);
	const problems = [
		...unreadable,
		...records.filter(({ scope }) => scope === null).map(({ title }) => `A shard covered no account: ${title}.`),
		...ordered.flatMap((record) => problemsOf(record, accountSid, shards)),
		...shardProblems(ordered, shards),
		...accountProblems(ordered)
	];
	return {
		accountSid,
		shards,
		records: [...ordered, ...records.filter(({ scope }) => scope === null)],
		problems
	};
}
function readFile([name, text]) {
	const { success, data } = evidenceSchema.safeParse(parsed(text));
	return success ? data : `"${name}" is torn, or not an evidence file of this version.`;
}
function parsed(text) {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
/** What is wrong with the evidence of one shard. */
function problemsOf(record, accountSid, shards) {
	const { scope, sandbox, mode, title, policy } = record;
	const name = `Shard ${scope.shard.index}/${scope.shard.count}`;
	const covered = accountsOf(record);
	const resources = policy?.resources ?? [];
	const incomplete = [...covered].filter(([, found]) => found.toSorted().join() !== resources.toSorted().join());
	return [
		[sandbox, `${name} was answered by a sandbox, and not by Twilio: unset TWILIO_SANDBOX_URL.`],
		[mode !== "check", `${name} ran in mode ${mode}, and not in mode check.`],
		[scope.accountSid?.toLowerCase() !== accountSid.toLowerCase(), `${name} was about account ${scope.accountSid}, and not about ${accountSid}.`],
		[scope.shard.count !== shards, `${name} is one of ${scope.shard.count}, and the workflow has ${shards}.`],
		[scope.covered === null, `${name} did not come to its accounts: ${title}.`],
		[scope.covered !== null && scope.covered !== covered.size, `${name} says that it covered ${scope.covered} accounts, and has results of ${covered.size}.`],
		[incomplete.length > 0, `${name} does not have one result for each resource of ${(0,_index_js__WEBPACK_IMPORTED_MODULE_1__.c)(incomplete.length, "account")}: ${incomplete[0]?.[0]}.`]
	].filter(([isThere]) => isThere).map(([, sentence]) => sentence);
}
/** The accounts that a shard has results of, and the resources that the results are about. */
function accountsOf({ targets }) {
	const accounts = /* @__PURE__ */ new Map();
	for (const { account_sid: sid, resource } of targets) {
		if (sid === null || resource === null) continue;
		const key = sid.toLowerCase();
		accounts.set(key, [...accounts.get(key) ?? [], resource]);
	}
	return accounts;
}
/** Whether each shard is there once, and whether all ran alike. */
function shardProblems(records, shards) {
	const times = (index) => records.filter(({ scope }) => scope.shard.index === index).length;
	const all = Array.from({ length: shards }, (_, index) => index + 1);
	const policies = new Set(records.map(({ policy, scope }) => JSON.stringify([policy, scope.accounts])));
	const listed = new Set(records.map(({ scope }) => scope.listed));
	return [
		...all.filter((index) => times(index) === 0).map((index) => `Shard ${index}/${shards} left no evidence: look at its job.`),
		...all.filter((index) => times(index) > 1).map((index) => `Shard ${index}/${shards} is there ${times(index)} times.`),
		...policies.size > 1 ? ["The shards did not run with the same inputs."] : [],
		...listed.size > 1 ? [`The shards did not see the same accounts: Twilio listed ${[...listed].map((number) => number ?? "none").join(" and ")}. Run all of them again.`] : []
	];
}
/** Whether each account is in one shard. */
function accountProblems(records) {
	const all = records.flatMap((record) => [...accountsOf(record).keys()]);
	const distinct = new Set(all);
	const twice = [...distinct].filter((sid) => all.filter((other) => other === sid).length > 1);
	const [first] = records;
	if (first === void 0) return [];
	const { accounts, listed } = first.scope;
	const missing = Array.isArray(accounts) ? accounts.filter((sid) => !distinct.has(sid.toLowerCase())) : [];
	const expected = accounts === "self" ? 1 : accounts === "all" ? listed : accounts.length;
	const covered = records.reduce((sum, { scope }) => sum + (scope.covered ?? 0), 0);
	return [
		...twice.length > 0 ? [`${(0,_index_js__WEBPACK_IMPORTED_MODULE_1__.c)(twice.length, "account")} in more than one shard: ${shown(twice)}.`] : [],
		...missing.length > 0 ? [`${(0,_index_js__WEBPACK_IMPORTED_MODULE_1__.c)(missing.length, "account")} in no shard: ${shown(missing)}.`] : [],
		...covered === expected && expected !== null ? [] : [`The shards covered ${(0,_index_js__WEBPACK_IMPORTED_MODULE_1__.c)(covered, "account")} of ${expected ?? "an unknown number"}.`]
	];
}
/** The SIDs that are named, in capitals as Twilio writes their prefix. */
function shown(sids) {
	const named = sids.slice(0, 10).map((sid) => sid.replace(/^ac/, "AC"));
	return sids.length > named.length ? `${named.join(", ")}, and ${sids.length - named.length} more` : named.join(", ");
}
// src/github/join.ts
/** The most shards that `scheduled-check.yml` makes. */
const mostShards = 64;
/**
* Joins the evidence that the shards of a fleet left in a folder, decides, and publishes that as one run.
* It is `.github/actions/join`, and sends nothing to Twilio. `payload` is the event as GitHub describes it;
* `null` if that is not known.
*/
async function joinFleet(env, payload, time, output) {
	(0,_index_js__WEBPACK_IMPORTED_MODULE_1__.d)(env, (secret) => output.mask(secret));
	const mistakes = [];
	const reader = (0,_index_js__WEBPACK_IMPORTED_MODULE_1__.g)(env, mistakes);
	const event = (0,_index_js__WEBPACK_IMPORTED_MODULE_1__.m)(env, payload);
	const identity = (0,_index_js__WEBPACK_IMPORTED_MODULE_1__.h)(env);
	const github = (0,_index_js__WEBPACK_IMPORTED_MODULE_1__.f)(reader, env, event);
	const shards = reader.get("shards");
	if (!/^([1-9]|[1-5]\d|6[0-4])$/.test(shards)) mistakes.push(`"shards" must be a whole number from 1 to ${mostShards}.`);
	const accountSid = reader.get("account-sid");
	if (!(0,_index_js__WEBPACK_IMPORTED_MODULE_1__.I)(accountSid)) mistakes.push("\"account-sid\" must be the SID of an account.");
	if (mistakes.length > 0) return publishMistakes(mistakes, env, time, output);
	const joined = output.clean(joinShards(shardFiles(reader.get("shard-evidence")), accountSid, Number(shards)));
	const targets = joined.records.flatMap((record) => record.targets);
	const { warnings, ...lists } = (0,_index_js__WEBPACK_IMPORTED_MODULE_1__.u)(targets.flatMap(({ changes }) => changes), targets.flatMap(({ findings }) => findings));
	const made = joinReport(joined);
	const isSandbox = joined.records.some(({ sandbox }) => sandbox);
	const said = {
		...made,
		remarks: [...made.remarks, ...warnings],
		annotations: [...made.annotations, ...(0,_index_js__WEBPACK_IMPORTED_MODULE_1__.n)(warnings)]
	};
	const path = reader.get("report-path");
	const evidence = `${JSON.stringify(joinEvidence(joined, said, identity, time), null, 2)}\n`;
	await (0,_index_js__WEBPACK_IMPORTED_MODULE_1__.G)({
		report: said,
		summary: (0,_index_js__WEBPACK_IMPORTED_MODULE_1__.v)(said, {
			time,
			isSandbox,
			documents: (0,_index_js__WEBPACK_IMPORTED_MODULE_1__.p)(env)
		}),
		...lists,
		evidence: path === "" ? null : {
			path,
			json: [evidence]
		}
	}, output);
	output.setOutputs({ sandbox: String(isSandbox) });
	if (github === null) return;
	await (0,_notify_js__WEBPACK_IMPORTED_MODULE_2__.notify)({
		inputs: github,
		event,
		identity,
		report: said,
		isSandbox,
		state: joinState(joined),
		differences: joinFingerprint(joined),
		wasStopped: false,
		output
	});
}
async function publishMistakes(mistakes, env, time, output) {
	const said = (0,_index_js__WEBPACK_IMPORTED_MODULE_1__.t)({
		kind: "stopped",
		error: new _index_js__WEBPACK_IMPORTED_MODULE_1__.Y(mistakes),
		requestIds: [],
		listed: null
	}, []);
	const text = (0,_index_js__WEBPACK_IMPORTED_MODULE_1__.v)(said, {
		time,
		isSandbox: false,
		documents: (0,_index_js__WEBPACK_IMPORTED_MODULE_1__.p)(env)
	});
	await (0,_index_js__WEBPACK_IMPORTED_MODULE_1__.G)({
		report: said,
		summary: text,
		changes: "[]",
		findings: "[]",
		evidence: null
	}, output);
}
/** The texts of the files in a folder and below it, in the order of their paths; none if there is no such folder. */
function shardFiles(folder) {
	try {
		const paths = (0,node_fs__WEBPACK_IMPORTED_MODULE_3__.readdirSync)(folder, {
			recursive: true,
			withFileTypes: true
		}).filter((entry) => entry.isFile()).map((entry) => (0,node_path__WEBPACK_IMPORTED_MODULE_4__.join)(entry.parentPath, entry.name)).toSorted();
		return new Map(paths.map((path) => [path, (0,node_fs__WEBPACK_IMPORTED_MODULE_3__.readFileSync)(path, "utf8")]));
	} catch {
		return /* @__PURE__ */ new Map();
	}
}



/***/ })

};
;