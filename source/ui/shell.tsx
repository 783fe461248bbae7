import {Box, Text, useApp} from 'ink';
import {memo, useEffect, useLayoutEffect, useSyncExternalStore} from 'react';

/** What the shell draws, and what it tells when it has drawn it. */
export interface ShellSource {
	subscribe(listener: () => void): () => void;
	/** The same array as long as no line has changed. */
	lines(): readonly string[];
	size(): {readonly columns: number; readonly rows: number};
	/** Which picture of a dialog it is that has to be seen, if there is a dialog. */
	picture(): number | undefined;
	/** Called once that picture has been drawn. */
	painted(picture: number): void;
	/** Draws the lines instead of Ink; left out: Ink does. */
	readonly draw?: (lines: readonly string[]) => void;
}

/**
 * The whole screen: one line of text a row, made elsewhere and already of the right width, so that React compares
 * strings and Ink lays nothing out. Only lines that have changed are drawn again: by the terminal's output where there
 * is one, which is six times as cheap as Ink's frame, or by Ink.
 */
export function Shell({source}: {readonly source: ShellSource}) {
	const lines = useSyncExternalStore(source.subscribe, source.lines);
	const picture = useSyncExternalStore(source.subscribe, source.picture);
	const {columns, rows} = source.size();
	const {draw} = source;
	const {waitUntilRenderFlush} = useApp();
	// In the commit itself: whoever waits for the first picture must find it on its way.
	useLayoutEffect(() => draw?.(lines), [draw, lines]);
	useEffect(() => {
		if (picture !== undefined) void waitUntilRenderFlush().then(() => source.painted(picture));
	}, [picture, source, waitUntilRenderFlush]);
	if (draw) return null;
	return (
		<Box flexDirection="column" width={columns} height={rows} overflow="hidden">
			{lines.map((line, index) => (
				// A line is its place on the screen: what stands in it changes, the place does not.
				// oxlint-disable-next-line react/no-array-index-key
				<Line key={index} text={line} />
			))}
		</Box>
	);
}

const Line = memo(function Line({text}: {readonly text: string}) {
	return (
		<Box flexShrink={0} height={1}>
			<Text wrap="truncate-end">{text === '' ? ' ' : text}</Text>
		</Box>
	);
});
