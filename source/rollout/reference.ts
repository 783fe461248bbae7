import type {KubeObject} from '../objects.ts';
import type {Evidence} from './facts.ts';

/** An object as a moment or a piece of evidence names it. */
export function reference({metadata: {name, uid}}: KubeObject, kind: string): Evidence['object'] {
	return {kind, name, uid};
}
