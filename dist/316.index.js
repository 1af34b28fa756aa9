"use strict";
exports.id = 316;
exports.ids = [316];
exports.modules = {

/***/ 316:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   mediaPort: () => (/* binding */ mediaPort)
/* harmony export */ });
/* harmony import */ var _index_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4492);
/* harmony import */ var _async_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8992);


// src/twilio/media.ts
const host = "video.twilio.com";
/**
* No page of Twilio's names these permissions, and none is known for the media itself.
* https://www.twilio.com/docs/video/api/compositions-resource and
* https://www.twilio.com/docs/video/api/recordings-resource
*/
const kinds = {
	"composition-settings": {
		path: "/v1/Compositions",
		key: "compositions",
		permission: "/twilio/video/compositions"
	},
	"recording-settings": {
		path: "/v1/Recordings",
		key: "recordings",
		permission: "/twilio/video/recordings"
	}
};
/** The most items that are listed; Twilio gives at most a hundred on a page. */
const mostItems = 1e3;
/** The maximum number of pages: the links may lead in circles. */
const mostPages = 50;
/** The most of a page that is read, in bytes: a composition may have a long layout. */
const largestPage = 8388608;
/** The most of a redirect that is read, in bytes: it holds one URL. */
const largestRedirect = 65536;
/** The lifetime of a signed URL, in seconds: it is used at once. */
const lifetime = 60;
/** An item, with the address that it gives for itself. */
const item = (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.t)(() => (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.h)((0,_async_js__WEBPACK_IMPORTED_MODULE_1__.f)({
	sid: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__._)().check((0,_async_js__WEBPACK_IMPORTED_MODULE_1__.S)(/^(CJ|RT)[0-9a-fA-F]{32}$/)),
	account_sid: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.u)((0,_async_js__WEBPACK_IMPORTED_MODULE_1__._)()),
	status: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__._)(),
	date_created: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.u)((0,_async_js__WEBPACK_IMPORTED_MODULE_1__._)()),
	media_external_location: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.u)((0,_async_js__WEBPACK_IMPORTED_MODULE_1__._)()),
	url: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.u)((0,_async_js__WEBPACK_IMPORTED_MODULE_1__._)())
}), (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.v)(({ sid, account_sid, status, date_created, media_external_location, url }) => ({
	url,
	sid,
	accountSid: account_sid ?? null,
	status,
	dateCreated: (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.D)(date_created ?? null),
	externalLocation: media_external_location || null
}))));
const meta = (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.t)(() => (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.f)({
	url: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.u)((0,_async_js__WEBPACK_IMPORTED_MODULE_1__._)()),
	next_page_url: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.u)((0,_async_js__WEBPACK_IMPORTED_MODULE_1__._)())
}));
const page = {
	compositions: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.t)(() => (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.h)((0,_async_js__WEBPACK_IMPORTED_MODULE_1__.f)({
		compositions: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.a)(item()),
		meta: meta()
	}), (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.v)(({ compositions, meta }) => ({
		items: compositions,
		meta
	})))),
	recordings: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.t)(() => (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.h)((0,_async_js__WEBPACK_IMPORTED_MODULE_1__.f)({
		recordings: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.a)(item()),
		meta: meta()
	}), (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.v)(({ recordings, meta }) => ({
		items: recordings,
		meta
	}))))
};
const redirect = (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.t)(() => (0,_async_js__WEBPACK_IMPORTED_MODULE_1__.f)({ redirect_to: (0,_async_js__WEBPACK_IMPORTED_MODULE_1__._)() }));
/**
* The media of one resource of the account that the client's credential belongs to. `log` is told of each
* kind of failure, once.
*/
function mediaPort(client, resource, readHeaders, log) {
	const { path, permission } = kinds[resource];
	const told = /* @__PURE__ */ new Set();
	return {
		list: (since) => list(client, resource, since),
		look: async (sid) => {
			const media = `${path}/${sid}/Media`;
			try {
				const answer = await client({
					host,
					path: `${media}?Ttl=${lifetime}`,
					permission: `${permission}/read`,
					largestBody: largestRedirect,
					isRedirect: true
				});
				const response = await readHeaders((0,_index_js__WEBPACK_IMPORTED_MODULE_0__.N)(redirect(), answer, `GET ${media}`).redirect_to);
				return response.kind === "headers" ? (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.x)(response.headers) : response;
			} catch (thrown) {
				if (!(thrown instanceof _index_js__WEBPACK_IMPORTED_MODULE_0__.K) || thrown instanceof _index_js__WEBPACK_IMPORTED_MODULE_0__.X) throw thrown;
				if (isMissing(thrown)) return { kind: "missing" };
				const reason = reasonOf(thrown);
				if (!told.has(reason)) log(thrown.facts);
				told.add(reason);
				return {
					kind: "unknown",
					reason
				};
			}
		}
	};
}
async function list(client, resource, from) {
	const since = /* @__PURE__ */ new Date(Math.floor(from.getTime() / 1e3) * 1e3);
	const { path, key, permission } = kinds[resource];
	const call = {
		host,
		path,
		permission: `${permission}/list`,
		largestBody: largestPage
	};
	const after = since.toISOString().replace(/\.\d+Z$/, "Z");
	const query = new URLSearchParams({
		DateCreatedAfter: after,
		PageSize: "100"
	}).toString();
	const items = /* @__PURE__ */ new Map();
	let isMore = false;
	for await (const listed of (0,_index_js__WEBPACK_IMPORTED_MODULE_0__.j)(client, call, query, mostPages, page[key](), ({ meta }) => meta.next_page_url)) {
		(0,_index_js__WEBPACK_IMPORTED_MODULE_0__.M)(listed.meta.url, path, `GET ${path}`);
		for (const { url, ...one } of listed.items) {
			(0,_index_js__WEBPACK_IMPORTED_MODULE_0__.M)(url, path, `GET ${path}`, true);
			if ((one.dateCreated ?? since) >= since) items.set(one.sid.toLowerCase(), one);
		}
		isMore = (listed.meta.next_page_url || null) !== null;
		if (items.size >= mostItems) break;
	}
	return {
		items: [...items.values()].slice(0, mostItems),
		isMore: isMore || items.size > mostItems
	};
}
/**
* Whether Twilio says that there is no such media: it was deleted since the list, or the track was muted
* throughout. Something else that answers 404, such as a proxy, does not say so.
*/
function isMissing(error) {
	return error instanceof _index_js__WEBPACK_IMPORTED_MODULE_0__.q && error.refusal.status === 404 && error.refusal.detail !== null;
}
/** Why a look told nothing: without the path and the request id, so that items with one reason share it. */
function reasonOf(error) {
	const code = error instanceof _index_js__WEBPACK_IMPORTED_MODULE_0__.q && error.refusal.code !== null ? `, code ${error.refusal.code}` : "";
	const facts = error instanceof _index_js__WEBPACK_IMPORTED_MODULE_0__.q ? `Twilio answered HTTP ${error.refusal.status}${code}.` : `${error.title}.`;
	return error.advice === null ? facts : `${facts} ${error.advice}`;
}



/***/ })

};
;