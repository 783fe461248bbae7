import type {Board} from '../board/board.ts';
import {followingProgress} from '../board/following.ts';
import {aim} from '../commands/aim.ts';
import type {CommandContext} from '../commands/command.ts';
import {commandsHere, completions, whyNot} from '../commands/index.ts';
import {cutMiddle} from '../format/width.ts';
import {parseFilter} from '../state/filter.ts';
import type {Message, State} from '../state/state.ts';
import {type Piece, pieces, widthOf, wrap} from './frame.ts';
import type {Painter} from './painter.ts';

/** The message line and the hint line; while a line is being typed, that line and its completions. */
export function footerLines(context: CommandContext, painter: Painter): readonly string[] {
	const {state, board} = context;
	if (state.prompt) return promptLines(context, painter);
	// While a dialog asks, its own last line has the keys: the others mean something else then, or nothing.
	return [...messageLines(state, board, painter), state.dialog ? '' : hintLine(context, painter)];
}

/** Between two hints. */
const gap = '  ';

/** How long news stays that is no error and follows nothing, in milliseconds. */
const newsFor = 10_000;

/** Lines that what stays until a key is pressed may take: what to do about it stands at its end. */
const mostLines = 3;

function messageLines(state: State, board: Board, painter: Painter): readonly string[] {
	const message = shownMessage(state);
	if (!message) return [''];
	const {role, text} = messageText(message, board, state.now);
	const {columns} = state.size;
	const sign = ` ${painter.sign(role)} `;
	const lines = wrap(text, columns - sign.length, painter, message.sticky ? mostLines : 1);
	return lines.map((line, index) =>
		pieces(
			[
				{text: index === 0 ? sign : ' '.repeat(sign.length), role},
				{text: line, role: role === 'failed' ? role : undefined},
			],
			columns,
			painter,
		),
	);
}

/** A message with what has come of it. */
export function messageText(message: Message, board: Board, now: number): Pick<Message, 'role' | 'text'> {
	return message.following ? followingProgress(message.following, board, now) : message;
}

/** The newest message that is still news: errors until a key is pressed, changes until some time after their end. */
function shownMessage({messages, dismissed, now}: State): Message | undefined {
	const message = messages.at(-1);
	if (!message || message.id <= dismissed) return undefined;
	if (message.sticky) return message;
	const {following} = message;
	if (following)
		return following.finishedAt === undefined || now - following.finishedAt < newsFor * 6 ? message : undefined;
	return now - message.at < newsFor ? message : undefined;
}

function hintLine(context: CommandContext, painter: Painter): string {
	const {state, board} = context;
	const here = commandsHere(context).filter(
		(command) =>
			command.hint !== undefined && whyNot(command, context) === undefined && !isTyped(state, command.keys[0] ?? ''),
	);
	const hint = (command: (typeof here)[number]): Piece[] => [
		{text: command.keys[0] ?? '', bold: true},
		{text: ` ${command.id === 'pause' ? pauseHint(state, board) : command.hint}${gap}`},
	];
	const changes = here.filter(({section}) => section === 'change');
	const others = here.filter(({section}) => section !== 'change');
	const {deployment} = aim(state, board);
	const subject =
		state.marks.size > 0 && state.views.at(-1)?.id === 'deck'
			? `${state.marks.size} marked`
			: deployment?.metadata.name;
	const changing: Piece[] =
		changes.length > 0 && subject !== undefined
			? [
					{text: `${cutMiddle(subject, 24, {ascii: painter.ascii})}: `},
					...changes.flatMap(hint),
					{text: `${painter.signs.bar} `, muted: true},
				]
			: [];
	// The way to all the others, help, is last and stays: the hints before it give way.
	const room = state.size.columns - 1 - widthOf(changing);
	while (others.length > 1 && widthOf(others.flatMap(hint)) > room + gap.length) others.shift();
	const last = others
		.flatMap(hint)
		.map((piece, index, all) => (index === all.length - 1 ? {...piece, text: piece.text.trimEnd()} : piece));
	return pieces([{text: ' '}, ...changing, ...last], state.size.columns, painter);
}

/** In a picker a character is a part of a name, and no key. */
function isTyped({views}: State, key: string): boolean {
	return views.at(-1)?.id === 'picker' && key.length === 1;
}

function pauseHint(state: State, board: Board): string {
	return aim(state, board).deployment?.spec.paused ? 'resume' : 'pause';
}

function promptLines(context: CommandContext, painter: Painter): readonly string[] {
	const {prompt, size} = context.state;
	if (!prompt) return [];
	const sign = prompt.kind === 'command' ? ':' : '/';
	const line = pieces(
		[
			{text: ` ${sign}`, bold: true},
			{text: prompt.text.slice(0, prompt.at)},
			{text: painter.signs.caret},
			{text: prompt.text.slice(prompt.at)},
		],
		size.columns,
		painter,
	);
	const help = prompt.kind === 'filter' ? filterHelp(prompt.text) : commandHelp(prompt.text, context);
	return [line, pieces([{text: ` ${help}`, muted: true}], size.columns, painter)];
}

function filterHelp(text: string): string {
	const parsed = parseFilter(text);
	return parsed.ok ? 'text, !text for not, -l key=value; enter keeps it, esc puts the old one back' : parsed.problem;
}

function commandHelp(text: string, context: CommandContext): string {
	const found = completions(text, context).slice(0, 12).join('  ');
	return found || 'a place (pods, ns NAME, ctx NAME) or a command (undo 12, scale 5); tab completes';
}
