"use strict";
exports.id = 367;
exports.ids = [367];
exports.modules = {

/***/ 5367:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   notify: () => (/* binding */ notify)
/* harmony export */ });
/* harmony import */ var _index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4492);
/* harmony import */ var _async_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8992);
/* harmony import */ var undici__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5148);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8500);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_3___default = /*#__PURE__*/__webpack_require__.n(node_timers_promises__WEBPACK_IMPORTED_MODULE_3__);




// src/github/errors.ts
/** That something was not written to GitHub, the reason with what to do, and last that the result stands. */
function notWritten({ name }, reason) {
	return `Could not write the ${name}: ${reason.replace(/[.\s]+$/, "")}. The result is not affected.`;
}
/** Why something was not written to GitHub, and what to do. It is a warning: the result of the run stands. */
function failureText(post, error, event) {
	if (!(error instanceof _index_js__WEBPACK_IMPORTED_MODULE_0__.J)) return notWritten(post, error.message);
	const known = refusals.find(({ message }) => message.test(error.message));
	if (known !== void 0) return notWritten(post, known.reason(post));
	const advice = adviceFor(error, post, event);
	const facts = error.message.replace(/[.\s]+$/, "");
	return notWritten(post, advice === null ? facts : `${facts}. ${advice}`);
}
/**
* What GitHub says where no permission helps, and the reason with the way out. None of it is documented as a whole;
* https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api has a part.
*/
const refusals = [
	{
		message: /\bis locked\b|conversation (?:has been|was) locked/i,
		reason: ({ off }) => `it is locked. Unlock it, or set "${off}"`
	},
	{
		message: /repository was archived|repository is archived/i,
		reason: ({ off }) => `the repository is archived. Unarchive it, or set "${off}"`
	},
	{
		message: /more than 2,?500 comments/i,
		reason: ({ permission, off }) => permission === "issues: write" ? "the issue has 2,500 comments, and GitHub takes no more. Remove its label; the next run opens a new issue" : `the pull request has 2,500 comments, and GitHub takes no more. Open a new one, or set "${off}"`
	},
	{
		message: /SAML/,
		reason: () => "the token is not authorized for the SAML single sign-on of your organization. Authorize it, or use \"github-token: ${{ github.token }}\""
	},
	{
		message: /IP allow list/i,
		reason: () => "the IP allow list of your organization does not include this runner. Ask an owner of the organization to add it"
	}
];
function adviceFor({ status, isRateLimited }, { permission, off }, { name, withoutSecrets }) {
	if (isRateLimited) return "This token has sent GitHub too many requests. The next run tries again.";
	switch (status) {
		case 401: return "GitHub rejected the token. Set \"github-token: ${{ github.token }}\", or renew your own.";
		case 403:
			if (withoutSecrets === "fork" && name !== "pull_request_target") return "On a pull request from a fork the token may only read, whatever \"permissions\" says. The result is in the job summary.";
			return `Give the job "permissions:" with the line "${permission}".`;
		case 404: return `Not found with this token. Give the job "permissions:" with the line "${permission}", and use a token for this repository.`;
		case 410: return permission === "issues: write" ? `Issues are disabled in this repository. Enable them in its settings, or set "${off}".` : null;
		case 422: return "GitHub rejected the request. Check that the conversation is not locked, and that the label is allowed.";
		case null: return "If this keeps happening, check that the runner can reach the GitHub API and the proxy, if there is one.";
		default: return status >= 500 ? "GitHub has an outage. The next run tries again." : null;
	}
}
// src/github/post.ts
/** The maximum length of the body of a comment or an issue, in characters. */
const longest$1 = 65536;
/** The beginning of the hidden line that identifies a post. */
function markerOf(kind, { account, resources, shard, workflow, isSandbox }) {
	const part = shard === "" ? "" : ` shard=${shard}`;
	const topic = `account=${account.toLowerCase()} resources=${resources}${part} workflow=${encodeURIComponent(workflow)}`;
	return `<!-- twilio-composition-settings ${kind}${isSandbox ? " sandbox" : ""} ${topic}`;
}
/** Whether a post begins with the marker, whoever wrote it. Who quotes it does not begin with it. */
function hasMarker(body, marker) {
	return body.startsWith(`${marker} `);
}
/** The account that a post is about: the only one of a run, or else the declared one. */
function accountOf({ body }, { account }) {
	return (body.kind === "account" ? body.sections : []).find(({ target }) => target !== null)?.target?.accountSid ?? account;
}
/**
* Whether two texts of a post are the same, the link to the run aside. GitHub may give line ends and the last one
* in another form.
*/
function isSameText(a, b) {
	return normal(a) === normal(b);
}
function normal(text) {
	return text.replaceAll("\r\n", "\n").replace(runLink, "").trim();
}
/** A report as the text of a post: the summary, without what differs from run to run. */
function postText(report, { isSandbox }) {
	return (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.U)((0,_index_js__WEBPACK_IMPORTED_MODULE_0__.y)({
		...report,
		remarks: report.remarks.map((remark) => ({
			...remark,
			text: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.A)(remark.text)
		})),
		body: lastingBody(report.body)
	}, isSandbox));
}
function lastingBody(body) {
	if (body.kind === "account") return {
		...body,
		sections: body.sections.map((section) => ({
			...section,
			asInputs: null
		}))
	};
	const groups = body.fleet.groups.map((group) => ({
		...group,
		details: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.A)(group.details)
	}));
	return {
		...body,
		fleet: {
			...body.fleet,
			groups,
			asInputs: []
		}
	};
}
/** The text of a comment whose difference is gone. */
function resolvedText({ title, explanation }, { isSandbox }) {
	return `<h2>\u2705 Now in sync${(0,_index_js__WEBPACK_IMPORTED_MODULE_0__._)(isSandbox)}</h2>\n\n<p>${line(`${title}. ${explanation}`)}</p>`;
}
/** One line of text for a post, whatever it holds. */
function line(text) {
	return (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.U)((0,_index_js__WEBPACK_IMPORTED_MODULE_0__.H)(text));
}
/** The link to the run that wrote a post, at its end. */
const runLink = / \u00b7 <a href="[^"<>]*">Run<\/a>(?=<\/sub><\/p>\s*$)/;
/** A whole post: the marker, the text, and small print with the `url` of the run, cut to what GitHub takes. */
function post(marker, text, smallPrint, url) {
	const run = url === null ? "" : ` \u00b7 <a href="${(0,_index_js__WEBPACK_IMPORTED_MODULE_0__.H)(url)}">Run</a>`;
	const [head, foot] = [`${marker} -->\n`, `\n\n<p><sub>${smallPrint}${run}</sub></p>\n`];
	return `${head}${cut(text, longest$1 - head.length - foot.length)}${foot}`;
}
const cutNotice = `\n\n<p>\u26a0\ufe0f Cut here, because GitHub takes at most ${longest$1.toLocaleString("en")} characters. The job summary of the run has all of it.</p>`;
/**
* A text of whole lines, at most so many characters. What a line that is left out would have closed is
* closed, and the end says that it was cut.
*/
function cut(text, most) {
	if (text.length <= most) return text;
	const kept = [];
	let open = [];
	let length = cutNotice.length;
	for (const line of text.split("\n")) {
		const stillOpen = openAfter(line, open);
		if (length + line.length + 1 + closing(stillOpen).length > most) break;
		kept.push(line);
		length += line.length + 1;
		open = stillOpen;
	}
	return `${kept.join("\n").trimEnd()}${closing(open)}${cutNotice}`;
}
/** The elements that are open after a line, the outermost first. A row opens none: it is one line. */
function openAfter(line, before) {
	const open = [...before];
	for (const [, slash, name = ""] of line.matchAll(/<(\/?)(table|ul|details)>/g)) if (slash === "/") open.splice(open.lastIndexOf(name), 1);
	else open.push(name);
	return open;
}
function closing(open) {
	return open.toReversed().map((name) => `\n</${name}>`).join("");
}
// src/github/issues-api.ts
const schemas = (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.t)(() => {
	const posted = {
		body: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.u)((0,_async_js__WEBPACK_IMPORTED_MODULE_1__._)()),
		user: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.u)((0,_async_js__WEBPACK_IMPORTED_MODULE_1__.f)({ login: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.u)((0,_async_js__WEBPACK_IMPORTED_MODULE_1__._)()) }))
	};
	return {
		comment: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.f)({
			id: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.d)(),
			...posted
		}),
		issue: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.f)({
			number: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.d)(),
			state: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__._)(),
			pull_request: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.p)((0,_async_js__WEBPACK_IMPORTED_MODULE_1__.b)()),
			...posted
		}),
		opened: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.f)({
			number: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.d)(),
			labels: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.a)((0,_async_js__WEBPACK_IMPORTED_MODULE_1__.y)([(0,_async_js__WEBPACK_IMPORTED_MODULE_1__._)(), (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.f)({ name: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.u)((0,_async_js__WEBPACK_IMPORTED_MODULE_1__._)()) })]))
		})
	};
});
/** How many things are listed at once: the most that GitHub gives. */
const pageSize = 100;
/**
* The comments and issues of a repository, `repository` being its owner and name. `isOurs` tells whether we
* wrote what somebody of that login put up with our marker.
* https://docs.github.com/rest/issues
*/
function issuesApi(repository, send, isOurs) {
	const root = `/repos/${repository}`;
	const isByUs = async (body, author, marker) => hasMarker(body, marker) && isOurs(author);
	return {
		findComment: (number, marker) => find(`${root}/issues/${number}/comments`, {}, schemas().comment, async ({ id, body, user }) => await isByUs(body ?? "", user?.login ?? null, marker) ? {
			id,
			body: body ?? ""
		} : null, send),
		createComment: (number, body) => send("POST", `${root}/issues/${number}/comments`, { body }),
		updateComment: (id, body) => send("PATCH", `${root}/issues/comments/${id}`, { body }),
		findIssue: (state, labels, marker) => find(`${root}/issues`, {
			state,
			labels
		}, schemas().issue, async ({ number, state: found, pull_request: pull, body, user }) => pull === void 0 && await isByUs(body ?? "", user?.login ?? null, marker) ? {
			number,
			isOpen: found === "open",
			body: body ?? ""
		} : null, send),
		openIssue: async (title, body, label) => {
			const { number, labels } = checked(schemas().opened, (await send("POST", `${root}/issues`, {
				title,
				body,
				labels: [label]
			})).data, "POST issues");
			if (!labels.map((each) => (typeof each === "string" ? each : each.name)?.toLowerCase()).includes(label.toLowerCase())) throw new _index_js__WEBPACK_IMPORTED_MODULE_0__.J(`GitHub opened #${number} without the label "${label}", so later runs cannot find it. Add the label by hand, and use a token that may set labels`, 201, false);
			return number;
		},
		updateIssue: (number, change) => send("PATCH", `${root}/issues/${number}`, change),
		ensureLabel: (label) => ensureLabel(`${root}/labels`, label, send)
	};
}
async function ensureLabel(path, name, send) {
	try {
		await send("GET", `${path}/${encodeURIComponent(name)}`, {});
	} catch (thrown) {
		if (!(thrown instanceof _index_js__WEBPACK_IMPORTED_MODULE_0__.J && thrown.status === 404)) throw thrown;
		await send("POST", path, {
			name,
			color: "b60205",
			description: "A Twilio account is not as its workflow desires"
		}).catch(async (refused) => {
			if (!(refused instanceof _index_js__WEBPACK_IMPORTED_MODULE_0__.J && refused.status === 422)) throw refused;
			await send("GET", `${path}/${encodeURIComponent(name)}`, {}).catch(() => Promise.reject(refused));
		});
	}
}
/** The maximum number of pages of a list: the links may lead in circles. */
const mostPages = 100;
/** The first thing in a list, page by page, of which something is `found`. */
async function find(path, parameters, schema, found, send) {
	for (let page = 1; page <= mostPages; page++) {
		const { data, hasNextPage } = await send("GET", path, {
			...parameters,
			per_page: pageSize,
			page
		});
		for (const item of checked((0,_async_js__WEBPACK_IMPORTED_MODULE_1__.a)(schema), data, `GET ${path}`)) {
			const hit = await found(item);
			if (hit !== null) return hit;
		}
		if (!hasNextPage) return null;
	}
	throw new _index_js__WEBPACK_IMPORTED_MODULE_0__.J(`GitHub lists more than ${mostPages} pages of ${path}`, null, false);
}
function checked(schema, data, call) {
	const parsed = schema.safeParse(data);
	if (parsed.success) return parsed.data;
	throw new _index_js__WEBPACK_IMPORTED_MODULE_0__.J(`GitHub sent an unexpected response to ${call}`, null, false);
}
// src/github/connection.ts
/** The time that one request may take, in milliseconds. */
const requestTimeout = 1e4;
/** The pauses before a request is sent again, in milliseconds. */
const pauses = [500, 1500];
/**
* Connects to GitHub's API, which GitHub Enterprise has elsewhere. `@actions/github` is loaded here and nowhere
* else, so that runs without it do not pay for it. Connections and proxies are those that Twilio's client
* has, and not the package's own, which cannot be closed. `login` is the name by which the token's posts are
* signed: GraphQL tells it to the token of a job, of an app and of a person alike, and REST to the last alone.
*/
async function connect(token, api, proxies, output, signal) {
	const { getOctokit } = await __webpack_require__.e(/* import() | github */ 326).then(__webpack_require__.bind(__webpack_require__, 6681));
	const dispatcher = new undici__WEBPACK_IMPORTED_MODULE_2__.EnvHttpProxyAgent({
		...proxies,
		connect: { timeout: requestTimeout }
	});
	const silent = {
		debug: nothing,
		info: nothing,
		warn: nothing,
		error: nothing
	};
	const { request } = getOctokit(token, {
		baseUrl: api.rest,
		userAgent: `twilio-composition-settings/${_index_js__WEBPACK_IMPORTED_MODULE_0__.A}`,
		log: silent,
		request: {
			log: silent,
			fetch: (url, init) => (0,undici__WEBPACK_IMPORTED_MODULE_2__.fetch)(url, {
				...init,
				dispatcher
			})
		}
	});
	const send = async (method, path, parameters) => {
		for (let attempt = 0;; attempt++) try {
			const { data, headers } = await request(`${method === "QUERY" ? "POST" : method} ${output.clean(path)}`, {
				...output.clean(parameters),
				request: { signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeout)]) }
			});
			if (typeof data === "string") throw foreignPage(output.clean(data), api.rest);
			return {
				data,
				hasNextPage: /;\s*rel="next"/.test(headers.link ?? "")
			};
		} catch (thrown) {
			const pause = pauses[attempt];
			if (signal.aborted) throw signal.reason instanceof _index_js__WEBPACK_IMPORTED_MODULE_0__.X ? signal.reason : new _index_js__WEBPACK_IMPORTED_MODULE_0__.J("All requests to GitHub together took too long", null, false, { cause: thrown });
			if (pause === void 0 || method === "POST" || !isPassing(thrown)) throw toGithubError(thrown, `${method} ${path}`, api.rest, (text) => output.clean(text));
			await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_3__.setTimeout)(pause, void 0, { signal }).catch(nothing);
		}
	};
	return {
		send,
		login: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.t)(() => loginOf(send, api.graphql)),
		close: () => dispatcher.destroy()
	};
}
/** https://docs.github.com/graphql/reference/queries#viewer */
async function loginOf(send, url) {
	const { data } = await send("QUERY", url, { query: "{ viewer { login } }" });
	const answer = (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.f)({ data: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.f)({ viewer: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.f)({ login: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__._)().check((0,_async_js__WEBPACK_IMPORTED_MODULE_1__.x)(1)) }) }) }).safeParse(data);
	if (answer.success) return answer.data.data.viewer.login;
	throw new _index_js__WEBPACK_IMPORTED_MODULE_0__.J("GitHub did not tell who the token belongs to", null, false);
}
function nothing() {}
/**
* The parts of Octokit's `RequestError` that are used. It gives an answer that never came the status
* 500, and no response.
*/
const requestError = (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.f)({
	status: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.d)(),
	message: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__._)(),
	response: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.p)((0,_async_js__WEBPACK_IMPORTED_MODULE_1__.f)({
		headers: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.g)((0,_async_js__WEBPACK_IMPORTED_MODULE_1__._)(), (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.b)()),
		data: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.b)()
	}))
});
/**
* Whether the same request may well succeed a moment later. One that nobody answered in time is not
* worth another wait.
*/
function isPassing(thrown) {
	const { data: error } = requestError.safeParse(thrown);
	if (error === void 0 || isTimeout(thrown)) return false;
	return error.response === void 0 || error.status >= 500;
}
function isTimeout(thrown) {
	return thrown instanceof Error && (thrown.name === "TimeoutError" || isTimeout(thrown.cause));
}
function toGithubError(thrown, call, api, redact) {
	if (thrown instanceof _index_js__WEBPACK_IMPORTED_MODULE_0__.J) return thrown;
	const { data: error } = requestError.safeParse(thrown);
	if (error?.response === void 0) {
		const reason = isTimeout(thrown) ? `no response within ${requestTimeout / 1e3} s` : thrown instanceof Error ? thrown.message : String(thrown);
		return new _index_js__WEBPACK_IMPORTED_MODULE_0__.J(`GitHub did not respond to ${call}: ${(0,_async_js__WEBPACK_IMPORTED_MODULE_1__.C)(redact(reason))}`, null, false, { cause: thrown });
	}
	const { status, message, response } = error;
	if (status < 500 && typeof response.data === "string" && /html/i.test(String(response.headers["content-type"]))) return foreignPage(redact(response.data), api);
	const isRateLimited = status === 429 || status === 403 && ("retry-after" in response.headers || response.headers["x-ratelimit-remaining"] === "0" || /rate limit/i.test(message));
	return new _index_js__WEBPACK_IMPORTED_MODULE_0__.J(`GitHub answered HTTP ${status} to ${call}: ${(0,_async_js__WEBPACK_IMPORTED_MODULE_1__.C)(redact(message.replace(/ - https?:\S+$/, "")))}`, status, isRateLimited);
}
/** That somebody else answered: GitHub's API has no pages. */
function foreignPage(page, api) {
	const title = /<title[^>]*>([^<]+)/i.exec(page)?.[1]?.trim() ?? "";
	const host = URL.canParse(api) ? new URL(api).host : api;
	const quoted = title === "" ? "" : ` ("${(0,_async_js__WEBPACK_IMPORTED_MODULE_1__.C)(title, 80)}")`;
	return new _index_js__WEBPACK_IMPORTED_MODULE_0__.J(`the response is not GitHub's${quoted}: a proxy or firewall answered. Allow the runner to reach ${host}`, 200, false);
}
// src/github/issue.ts
/**
* The texts of an issue: its title is the verdict. `differences` is the fingerprint of what differs, which the
* first line of the body holds; `url` is that of the run.
*/
function issueTexts(report, { topic, marker }, differences, url) {
	const say = (text) => `<p>${line(text)}${url === null ? "" : ` (<a href="${(0,_index_js__WEBPACK_IMPORTED_MODULE_0__.H)(url)}">run</a>)`}</p>\n`;
	const keeper = `Kept by the workflow "${topic.workflow}": updated while something differs, closed by the first run that finds nothing.`;
	return {
		title: titleOf(report, topic),
		body: post(`${marker} differences=${differences}`, postText(report, topic), line(`Account ${accountOf(report, topic)} \u00b7 ${keeper}`), url),
		changed: say(`The drift has changed. Now: ${report.title}. The description above is up to date.`),
		again: say(`The account has drifted again: ${report.title}. The description above is up to date.`),
		resolved: say(`\u2705 ${report.title}. ${report.explanation} Closing this issue; it reopens on the next difference.`)
	};
}
/** The verdict as a title, with the account of a run over one, such as "Twilio: encryption is off (AC\u2026)". */
function titleOf(report, topic) {
	const verdict = report.title.replace(/^(?:Drift|Plan|Not compliant): /, "");
	const whose = [
		...(report.body.kind === "account" ? [accountOf(report, topic)] : []).filter((sid) => !verdict.includes(sid)),
		...topic.resources === "recordings" && !/recording/i.test(verdict) ? ["recordings"] : [],
		...topic.shard === "" ? [] : [`shard ${topic.shard}`]
	].join(", ");
	const title = (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.C)((0,_index_js__WEBPACK_IMPORTED_MODULE_0__.W)(verdict), longestVerdict);
	return `Twilio${topic.isSandbox ? " sandbox" : ""}: ${title}${whose === "" ? "" : ` (${whose})`}`;
}
/** The most characters of a verdict: GitHub takes titles of 256. */
const longestVerdict = 150;
/**
* Keeps the drift issue: only a run that knows the state of the account opens or closes it. Returns what was
* done, in a few words. What follows a change of the issue cannot happen twice.
*/
async function keepIssue(state, marker, label, { title, body, changed, again, resolved }, github) {
	if (state === "unknown") return "unchanged, because this run could not tell whether anything differs";
	const existing = await findIssue(state, marker, label, github);
	if (state === "in-sync") {
		if (existing === null) return "unchanged, because nothing differs, and no issue is open";
		await github.updateIssue(existing.number, { state: "closed" });
		await github.createComment(existing.number, resolved);
		return `#${existing.number} was closed`;
	}
	if (existing === null) {
		await github.ensureLabel(label);
		return `opened as #${await github.openIssue(title, body, label)}`;
	}
	const { number } = existing;
	if (!existing.isOpen) {
		await github.updateIssue(number, {
			title,
			body,
			state: "open"
		});
		await github.createComment(number, again);
		return `#${number} was reopened`;
	}
	if (isSameText(existing.body, body)) return "unchanged, because it is up to date";
	await github.updateIssue(number, {
		title,
		body
	});
	if (firstLine(existing.body) !== firstLine(body)) await github.createComment(number, changed);
	return `#${number} was updated`;
}
function firstLine(text) {
	return text.slice(0, text.search(/\r?\n|$/));
}
/**
* The open issue if there is one, otherwise the newest closed one. A closed one matters only if there is a
* difference.
*/
async function findIssue(state, marker, label, github) {
	const open = await github.findIssue("open", label, marker);
	return open === null && state === "difference" ? github.findIssue("closed", label, marker) : open;
}
// src/github/comment.ts
/**
* The texts of a comment: everything, or only that the difference is gone. Beside the link to the run, of which
* `url` is the address, they hold nothing that differs from run to run.
*/
function commentTexts(report, { topic, marker }, url) {
	const smallPrint = line(`Account ${accountOf(report, topic)} \u00b7 Workflow ${topic.workflow}`);
	return {
		full: post(marker, postText(report, topic), smallPrint, url),
		resolved: post(marker, resolvedText(report, topic), smallPrint, url)
	};
}
/**
* Brings the comment of a pull request up to date, even if the state is unknown. A new one is created only for a
* difference, unless the workflow always wants one. Returns what was done, in a few words.
*/
async function writeComment(pullRequest, marker, isAlwaysWanted, state, { full, resolved }, github) {
	const existing = await github.findComment(pullRequest, marker);
	if (existing === null) {
		if (!isAlwaysWanted && state !== "difference") return "unchanged, because nothing differs";
		await github.createComment(pullRequest, full);
		return "created";
	}
	const text = state === "in-sync" && !isSameText(existing.body, full) ? resolved : full;
	if (isSameText(existing.body, text)) return "unchanged, because it is up to date";
	await github.updateComment(existing.id, text);
	return "updated";
}
// src/github/notify.ts
/** The time that all of it may take, in milliseconds. */
const longest = 3e4;
/**
* Brings the result of a run to the pull request and to the drift issue, if the workflow wants that.
* Never rejects, and changes nothing of the result: what fails is a warning.
*/
async function notify(published) {
	const { wasStopped, output } = published;
	if (wasStopped) return output.log("The run was stopped, so nothing is written to GitHub");
	for (const line of withoutDestination(published)) output.log(line);
	const stop = new AbortController();
	const cancel = () => stop.abort(new _index_js__WEBPACK_IMPORTED_MODULE_0__.X("The run was stopped before GitHub had answered."));
	for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, cancel);
	const over = AbortSignal.any([stop.signal, AbortSignal.timeout(longest)]);
	try {
		await writeAll(published, over);
	} catch (thrown) {
		output.annotate({
			level: "warning",
			title: "GitHub",
			text: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.Z)(thrown).message
		});
	}
}
/** Writes what the workflow asks for and what has a place, the comment first. */
async function writeAll(published, signal) {
	const { inputs, event, identity, state, differences, report, isSandbox, output } = published;
	const { comment, issueLabel, account, resources, shard } = inputs;
	const { pullRequest, mayKeepIssue } = event;
	const { workflow, url } = identity;
	if (account === null) return;
	const topic = output.clean({
		account,
		resources,
		shard,
		workflow: workflow ?? "",
		isSandbox
	});
	if (comment !== "never" && pullRequest !== null) {
		const marker = markerOf("pull-request-comment", topic);
		const texts = commentTexts(report, {
			topic,
			marker
		}, url);
		const isAlwaysWanted = comment === "always";
		await write(commentPost, (github) => writeComment(pullRequest, marker, isAlwaysWanted, state, texts, github), published, signal);
	}
	if (issueLabel !== null && mayKeepIssue) {
		const marker = markerOf("drift-issue", topic);
		const texts = issueTexts(report, {
			topic,
			marker
		}, differences, url);
		const label = output.clean(issueLabel);
		await write(issuePost, (github) => keepIssue(state, marker, label, texts, github), published, signal);
	}
}
/** What was asked for, and can be nowhere on the event that triggered the run. */
function withoutDestination({ inputs, event }) {
	const { comment, issueLabel } = inputs;
	const name = `"${event.name || "none"}"`;
	return [...comment === "never" || event.pullRequest !== null ? [] : [`The ${commentPost.name}: not written, because the event ${name} is of no pull request`], ...issueLabel === null || event.mayKeepIssue ? [] : [`The ${issuePost.name}: left as it is, because the event ${name} keeps none on this branch. Only "schedule" does, and "workflow_dispatch" and "push" on the default branch`]];
}
const commentPost = {
	name: "pull request comment",
	permission: "pull-requests: write",
	off: "pr-comment: never"
};
const issuePost = {
	name: "drift issue",
	permission: "issues: write",
	off: "drift-issue: false"
};
/** Writes a post; `act` returns what it did, in a few words. What fails is a warning. */
async function write(post, act, { inputs: { token, api, proxies }, identity, event, output }, signal) {
	const warn = (text) => output.annotate({
		level: "warning",
		title: post.name,
		text
	});
	if (token.kind === "missing") return warn(notWritten(post, token.reason));
	try {
		const connection = await connect(token.token, api, proxies, output, signal);
		try {
			const github = issuesApi(identity.repository ?? "", connection.send, ownership(post, connection.login, warn));
			output.log(`${(0,_index_js__WEBPACK_IMPORTED_MODULE_0__.s)(post.name)}: ${await act(github)}`);
		} finally {
			await connection.close();
		}
	} catch (thrown) {
		warn(failureText(post, (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.Z)(thrown), event));
	}
}
/**
* Tells whether a post with our marker is ours: the token's own login wrote it. Of one by somebody else it warns
* once. If GitHub does not tell the login, nothing may be touched: it rejects with a `GithubError`.
*/
function ownership({ name }, login, warn) {
	let hasWarned = false;
	return async (author) => {
		const own = await login().catch((thrown) => {
			if (!(thrown instanceof _index_js__WEBPACK_IMPORTED_MODULE_0__.J)) throw thrown;
			const facts = `There is a ${name} with the marker of this workflow, and whether this token wrote it is unknown, so it was left alone: ${thrown.message}`;
			throw new _index_js__WEBPACK_IMPORTED_MODULE_0__.J(facts, null, thrown.isRateLimited);
		});
		if (author?.toLowerCase() === own.toLowerCase()) return true;
		if (!hasWarned) warn(`${author ?? "A deleted user"} wrote a ${name} with the marker of this workflow. It was left alone, because this token belongs to ${own}. If the workflow has changed its token, delete the old one.`);
		hasWarned = true;
		return false;
	};
}



/***/ })

};
;