import type {Key} from 'ink';

/**
 * The names of the keys that one call of Ink's input handler stands for. Ordinary text comes in chunks (`jjj`,
 * or `:pods` with its Enter, over a slow line): each character is a key of its own.
 */
export function keyNames(input: string, key: Key): readonly string[] {
	const named = namedKey(key);
	// Escape and the key after it come as one over a slow line, and look like that key with alt. Nothing here wants alt; but an
	// escape that is missed before Enter would do what it was to leave.
	if (key.meta && !key.ctrl && (named === undefined || ['enter', 'tab', 'esc'].includes(named)))
		return ['esc', ...keyNames(input, {...key, meta: false})];
	if (named !== undefined) return [key.shift && named === 'tab' ? 'shift-tab' : named];
	if (key.ctrl) return input === ' ' ? ['ctrl-space'] : [`ctrl-${input.toLowerCase()}`];
	return [...segmenter.segment(input)].flatMap(({segment}) => {
		if (segment === '\r' || segment === '\n' || segment === '\r\n') return ['enter'];
		if (segment === '\t') return ['tab'];
		if (segment === ' ') return ['space'];
		if (segment === '\u007F' || segment === '\b') return ['backspace'];
		// oxlint-disable-next-line no-control-regex -- control characters are no text
		return /^[\u0000-\u001F]$/.test(segment) ? [] : [segment];
	});
}

const segmenter = new Intl.Segmenter();

function namedKey(key: Key): string | undefined {
	if (key.return) return 'enter';
	if (key.escape) return 'esc';
	if (key.tab) return 'tab';
	if (key.backspace) return 'backspace';
	if (key.delete) return 'delete';
	if (key.upArrow) return 'up';
	if (key.downArrow) return 'down';
	if (key.leftArrow) return 'left';
	if (key.rightArrow) return 'right';
	if (key.pageUp) return 'pageup';
	if (key.pageDown) return 'pagedown';
	if (key.home) return 'home';
	if (key.end) return 'end';
	return undefined;
}
