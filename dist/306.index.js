"use strict";
exports.id = 306;
exports.ids = [306];
exports.modules = {

/***/ 8306:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   verifyMedia: () => (/* binding */ verifyMedia)
/* harmony export */ });
/* harmony import */ var _index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4492);
/* harmony import */ var _async_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8992);


// src/settings/media-report.ts
/** The settings that media is meant to be stored with, as far as the workflow asks for any. */
function mediaSettings(desired, current, requirements) {
	return {
		encryption_enabled: desired.encryption_enabled === true || requirements.includes("encryption"),
		aws_storage_enabled: desired.aws_storage_enabled === true || requirements.includes("external-storage"),
		aws_s3_url: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.B)(desired, current).aws_s3_url ?? null
	};
}
/** Whether to look at the media of an item: it is completed, and Twilio has it. */
function isStored({ status, externalLocation }) {
	return status === "completed" && externalLocation === null;
}
/**
* Judges the listed items. `looks` has the results of the looks by SID; `asked` are the settings that the items
* were meant to be stored with.
*/
function reportMedia(resource, hours, { items, isMore }, looks, asked) {
	const judged = items.map((item) => ({
		...item,
		...judge(item, looks.get(item.sid), asked)
	}));
	const sidsIn = (state) => judged.filter((item) => item.state === state).map(({ sid }) => sid);
	const sids = Object.fromEntries(_index_js__WEBPACK_IMPORTED_MODULE_0__.S.map((state) => [state, sidsIn(state)]));
	const elsewhere = judged.filter((item) => item.isElsewhere);
	return {
		media: {
			resource,
			hours,
			isMore,
			sids,
			elsewhere: elsewhere.map(({ sid }) => sid)
		},
		findings: [
			...asked.encryption_enabled === true ? unencrypted(resource, hours, judged) : [],
			...misplaced(resource, hours, elsewhere, asked),
			...failed(resource, hours, judged),
			...unknown(resource, hours, judged)
		]
	};
}
/** The finding for a span whose items could not be listed; `reason` is whole sentences. */
function unlistedMedia(resource, hours, reason) {
	return finding("media-unknown", `Could not list the ${_index_js__WEBPACK_IMPORTED_MODULE_0__.C[resource].many} of the last ${(0,_index_js__WEBPACK_IMPORTED_MODULE_0__.w)(hours)}: ${reason}`.replace(/\.$/, ""));
}
function judge(item, look, { aws_storage_enabled: isExternal = false, aws_s3_url: bucket = null }) {
	const as = (state, { isElsewhere = false, reason = "" } = {}) => ({
		state,
		isElsewhere,
		reason
	});
	const { status, externalLocation: location } = item;
	if (status === "failed") return as("failed");
	if (status === "deleted" || look?.kind === "missing") return as("missing");
	if (status === "enqueued" || status === "processing") return as("unfinished");
	if (status !== "completed") return as("unknown", { reason: `Its status is "${(0,_async_js__WEBPACK_IMPORTED_MODULE_1__.C)(status, 40)}", which Twilio does not document.` });
	if (location === null) {
		const reason = look?.kind === "unknown" ? look.reason : "";
		return as(look?.kind ?? "skipped", {
			isElsewhere: isExternal === true,
			reason
		});
	}
	if (isExternal === true && bucket === null) return as("unknown", { reason: "It is stored externally, and no bucket URL is set to compare with." });
	return as("external", { isElsewhere: isExternal === true && !(0,_index_js__WEBPACK_IMPORTED_MODULE_0__.b)(location, bucket ?? "") });
}
function finding(rule, message) {
	return {
		rule,
		subject: "live",
		severity: "error",
		message
	};
}
/** The maximum number of items that a message names. */
const mostNamed = 10;
/** "3 compositions of the last 7 days", and the SIDs of the first ones with the day on which each was made. */
function named(resource, hours, items, also = () => "") {
	const { one, many } = _index_js__WEBPACK_IMPORTED_MODULE_0__.C[resource];
	const names = items.map((item) => {
		const day = item.dateCreated?.toISOString().slice(0, 10);
		const facts = [...day === void 0 ? [] : [day], ...[also(item)].filter((text) => text !== "")];
		return facts.length === 0 ? item.sid : `${item.sid} (${facts.join(", ")})`;
	});
	return {
		isOne: items.length === 1,
		subject: `${items.length} ${items.length === 1 ? one : many} of the last ${(0,_index_js__WEBPACK_IMPORTED_MODULE_0__.w)(hours)}`,
		list: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.w)(names, mostNamed)
	};
}
function unencrypted(resource, hours, judged) {
	const items = judged.filter(({ state }) => state === "unencrypted");
	if (items.length === 0) return [];
	const { isOne, subject, list } = named(resource, hours, items);
	return [finding("media-unencrypted", `${subject} ${isOne ? "is" : "are"} not encrypted: ${list}. Made before encryption was switched on? ${isOne ? "It stays as it is: delete it" : "They stay as they are: delete them"}, or narrow the span of "verify-media"`)];
}
function misplaced(resource, hours, items, { aws_s3_url: url }) {
	if (items.length === 0) return [];
	const { isOne, subject, list } = named(resource, hours, items, ({ externalLocation }) => externalLocation === null ? "stored by Twilio" : `at ${(0,_async_js__WEBPACK_IMPORTED_MODULE_1__.C)(externalLocation, 100)}`);
	const bucket = url === null || url === void 0 ? "an external bucket" : (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.C)(url);
	return [finding("media-elsewhere", `${subject} ${isOne ? "is" : "are"} not in ${bucket}: ${list}. Made before the storage was changed? ${isOne ? "It stays where it is: move or delete it" : "They stay where they are: move or delete them"}, or narrow the span of "verify-media"`)];
}
function failed(resource, hours, judged) {
	const items = judged.filter(({ state }) => state === "failed");
	if (items.length === 0) return [];
	const { subject, list } = named(resource, hours, items);
	return [finding("media-failed", `${subject} failed, and Twilio does not retry: ${list}. Look for ${_index_js__WEBPACK_IMPORTED_MODULE_0__.C[resource].codes} in Twilio's debugger: they say why`)];
}
function unknown(resource, hours, judged) {
	const items = judged.filter(({ state }) => state === "unknown");
	return [...new Set(items.map(({ reason }) => reason))].map((reason) => {
		const { subject, list } = named(resource, hours, items.filter((item) => item.reason === reason));
		return finding("media-unknown", `Could not check ${subject}: ${list}. ${reason.replace(/\.$/, "")}`);
	});
}
// src/run/verify-media.ts
/** The time limit for the media of one account, in milliseconds. */
const timeLimit = 6e4;
const hour = 36e5;
/**
* Adds the state of an account's recent media to its observations, if the policy asks for that. Never
* rejects.
*/
async function verifyMedia(readings, policy, effects) {
	const { mediaHours: hours } = policy;
	if (hours === null || policy.mode === "apply") return [...readings];
	const limit = effects.limitTime(timeLimit);
	const verified = await Promise.all(readings.map(async (reading) => {
		if (reading.status !== "observed") return reading;
		const { observation } = reading;
		try {
			return {
				...reading,
				observation: await withMedia(observation, hours, policy, limit, effects)
			};
		} catch (thrown) {
			const { target, requestIds } = observation;
			const rest = {
				written: "no",
				uploaded: { kind: "no" },
				observation,
				requestIds
			};
			return {
				status: "failed",
				target,
				error: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.Z)(thrown),
				...rest
			};
		}
	}));
	limit.end();
	return verified;
}
async function withMedia(observation, hours, policy, limit, effects) {
	const { target, desired, current, findings } = observation;
	const { accountSid, resource } = target;
	const until = effects.now();
	const since = /* @__PURE__ */ new Date(until.getTime() - hours * hour);
	const port = effects.account(accountSid).media(resource);
	const inTime = async (work, late) => {
		const result = limit.signal.aborted ? late : await Promise.race([work(), limit.over.catch(() => late)]);
		const stop = effects.stopped();
		if (stop !== null) throw stop;
		return result;
	};
	effects.log(`${resource}: looking at the media since ${since.toISOString()}`);
	const listing = await inTime(() => list(port, since, accountSid), late);
	if (typeof listing === "string") return {
		...observation,
		findings: [...findings, unlistedMedia(resource, hours, listing)]
	};
	const stored = (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.T)(listing.items.filter(isStored), since, until);
	const looks = /* @__PURE__ */ new Map();
	await (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.n)(stored, effects.looksAtOnce, async ({ sid }) => {
		looks.set(sid, await inTime(() => port.look(sid), {
			kind: "unknown",
			reason: late
		}));
	});
	const report = reportMedia(resource, hours, listing, looks, mediaSettings(desired, current, policy.requirements));
	return {
		...observation,
		media: report.media,
		findings: [...findings, ...report.findings]
	};
}
const late = "Looking at the media of this account took more than a minute.";
/** What was made since then, or in whole sentences why it could not be listed. */
async function list(port, since, accountSid) {
	try {
		const listing = await port.list(since);
		const stranger = listing.items.find((item) => item.accountSid !== null && !(0,_index_js__WEBPACK_IMPORTED_MODULE_0__.L)(item.accountSid, accountSid));
		return stranger === void 0 ? listing : `Twilio listed media of another account, ${(0,_async_js__WEBPACK_IMPORTED_MODULE_1__.C)(stranger.accountSid ?? "")}.`;
	} catch (thrown) {
		return (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.Z)(thrown).message;
	}
}



/***/ })

};
;