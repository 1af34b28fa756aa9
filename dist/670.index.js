"use strict";
exports.id = 670;
exports.ids = [670];
exports.modules = {

/***/ 1670:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   createReadHeaders: () => (/* binding */ createReadHeaders)
/* harmony export */ });
/* harmony import */ var _index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4492);

// src/twilio/signed-url.ts
/** The time that the host of the media has, in milliseconds. */
const timeout = 1e4;
/**
* Reads headers at signed URLs. Anyone who has such a URL can fetch the media. So it is masked before any
* other use, and no message or error holds any of it. The request has no credential and asks for one byte;
* no body is read, and no redirect is followed.
*/
function createReadHeaders(environment, mask) {
	const { dispatcher, throttle, sandbox, signal, track } = environment;
	return async (url) => {
		for (const secret of secretsIn(url)) mask(secret);
		const target = allowed(url, sandbox);
		if (target === null) return {
			kind: "unknown",
			reason: "The link to the media is not on *.amazonaws.com or *.twilio.com, so nothing was sent there."
		};
		await throttle.enter();
		const limit = (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.O)(signal, timeout, () => {});
		try {
			const sending = dispatcher.request({
				...target,
				method: "GET",
				headers: { range: "bytes=0-0" },
				signal: limit.signal
			});
			track(sending);
			const { statusCode: status, headers, body } = await Promise.race([sending, limit.over]);
			body.on("error", () => {}).destroy();
			return status === 200 || status === 206 ? {
				kind: "headers",
				headers
			} : {
				kind: "unknown",
				reason: `The host of the media answered HTTP ${status}.`
			};
		} catch (thrown) {
			if (signal.aborted) throw (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.k)(signal);
			return {
				kind: "unknown",
				reason: `The host of the media did not answer${codeOf(thrown)}. ${advice}`
			};
		} finally {
			limit.end();
			throttle.leave();
		}
	};
}
const advice = "Check that the runner reaches *.amazonaws.com on port 443, and the proxy if there is one.";
/** The URL, and the parts of its query that are long enough to be secrets, both encoded and decoded. */
function secretsIn(url) {
	const values = url.slice(url.indexOf("?") + 1).split(/[&=#]/).filter((part) => part.length > 20);
	return [.../* @__PURE__ */ new Set([url, ...values.flatMap((value) => [value, decoded(value)])])].filter((secret) => secret.length >= 8);
}
function decoded(text) {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
/** The origin and path of a signed URL, byte for byte; `null` if its host does not hold Twilio's media. */
function allowed(url, sandbox) {
	const [, origin = "", path] = /^(https?:\/\/[\w.:[\]-]+)(\/[!"$-~]*)$/.exec(url) ?? [];
	if (path === void 0) return null;
	return (sandbox === null ? /^https:\/\/(?:[a-z0-9-]+\.)+(?:amazonaws|twilio)\.com$/i.test(origin) : origin === sandbox) ? {
		origin,
		path
	} : null;
}
/** The code of an error, such as ECONNRESET. Its message may hold the host or a path, so it is left out. */
function codeOf(thrown) {
	if (thrown instanceof Error && thrown.name === "TimeoutError") return ` within ${timeout / 1e3} s`;
	const code = thrown instanceof Error && "code" in thrown ? thrown.code : null;
	return typeof code === "string" && /^[A-Z_]{3,60}$/.test(code) ? ` (${code})` : "";
}



/***/ })

};
;