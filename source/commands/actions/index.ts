import type {Action} from '../action.ts';
import {image} from './image.ts';
import {pause} from './pause.ts';
import {restart} from './restart.ts';
import {scale} from './scale.ts';
import {undo} from './undo.ts';

/** Every change that rolldeck can make. */
const actions = [scale, undo, restart, pause, image] as const;

/** The action of this id. Its input is its own business: the gate carries it from `start` to `plan` unread. */
export function findAction(id: string): Action {
	const found = actions.find((action) => action.id === id);
	if (!found) throw new Error(`There is no action ${id}.`);
	return found;
}
