/**
 * In the bundle, the place of yoga-layout. Ink gets an empty tree from us (`ui/shell.tsx` draws past it), so there is nothing to lay
 * out, while Yoga would load its WebAssembly through `fetch`, and with it all of Node's own undici: a fifth of the start-up.
 * An Ink that asks for more than this fails in the first test of the real process.
 */
const node = {
	setWidth() {},
	calculateLayout() {},
	getDisplay: () => 0,
	getComputedLeft: () => 0,
	getComputedTop: () => 0,
	getComputedWidth: () => 0,
	getComputedHeight: () => 0,
	getComputedMargin: () => 0,
	unsetMeasureFunc() {},
	freeRecursive() {},
	free() {},
};

export default {Node: {create: () => node}, DISPLAY_NONE: 1, DIRECTION_LTR: 1};
