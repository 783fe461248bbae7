import {
	imageCommand,
	pauseCommand,
	restartCommand,
	scaleCommand,
	scaleDownCommand,
	scaleUpCommand,
	undoCommand,
	undoToRowCommand,
} from './change.ts';
import {type Command, type CommandContext, readOnlySentence} from './command.ts';
import {goCommands} from './go.ts';
import {lookCommands} from './look.ts';
import {moveCommands} from './move.ts';
import {rolloutCommands} from './rollout.ts';

/** Every command, in the order in which hints and the help page show them. The only registration. */
export const commands: readonly Command[] = [
	undoCommand,
	scaleCommand,
	restartCommand,
	pauseCommand,
	undoToRowCommand,
	imageCommand,
	scaleUpCommand,
	scaleDownCommand,
	...rolloutCommands,
	...lookCommands,
	...goCommands,
	...moveCommands,
];

/** The commands that belong to the view on top. */
export function commandsHere(context: Pick<CommandContext, 'state'>): readonly Command[] {
	const view = context.state.views.at(-1)?.id ?? 'deck';
	return commandsThere(context).filter(({views}) => views === undefined || views.includes(view));
}

/** Those that there is something for: a real cluster has no scenarios. */
function commandsThere({state}: Pick<CommandContext, 'state'>): readonly Command[] {
	return commands.filter(({exists}) => exists?.(state) !== false);
}

/** Why a command cannot be run now, as a sentence, or undefined. */
export function whyNot(command: Command, context: CommandContext): string | undefined {
	if (command.dangerous && context.state.readOnly) return readOnlySentence(context.state.scope.context);
	return command.disabledReason?.(context);
}

/** The command a key stands for in this place. */
export function commandForKey(key: string, context: Pick<CommandContext, 'state'>): Command | undefined {
	return commandsHere(context).find(({keys}) => keys.includes(key));
}

/** The command behind a line typed after `:`, and its argument. */
export function commandForWord(line: string): {readonly command: Command; readonly argument: string} | undefined {
	const [word = '', ...rest] = line.trim().split(/\s+/);
	const command = commands.find(({words}) => words?.includes(word.toLowerCase()));
	return command && {command, argument: rest.join(' ')};
}

/** Completions of a line typed after `:`, whole lines, best first. */
export function completions(line: string, context: CommandContext): readonly string[] {
	const [word = '', ...rest] = line.split(' ');
	if (rest.length === 0) {
		return commandsThere(context)
			.flatMap(({words = []}) => words)
			.filter((candidate) => candidate.startsWith(word.toLowerCase()) && word !== '');
	}
	const found = commandForWord(word);
	const started = rest.join(' ').toLowerCase();
	return (found?.command.complete?.(context) ?? [])
		.filter((candidate) => candidate.toLowerCase().startsWith(started))
		.map((candidate) => `${word} ${candidate}`);
}
