import type stringWidth from 'string-width';

/**
 * In the bundle, the place of every copy of string-width: the package itself is loaded once a text needs it. Its expression for
 * emoji alone takes 20 ms to make, and there were four copies of it.
 */
export default function lazyStringWidth(...[text, options]: Parameters<typeof stringWidth>): number {
	// The only synchronous import that waits until it is needed; the bundle keeps what it gives.
	const {default: measure} = require('string-width') as {default: typeof stringWidth};
	return measure(text, options);
}
